"""The page Checks: green when the books agree, else the offenders with both figures and the difference."""

from data import database
from data.models import Document
from services.integrity import CHECKS
from services.permissions import Actor
from services.words.check_texts import CHECK_GROUPS, CHECK_NAMES
from tests.builders import make_account, make_invoice
from tests.screens import open_page, texts

PAGE = "billing/checks"


def test_it_waits_until_it_is_asked(finance: Actor) -> None:
    assert "Run the checks" in texts(open_page(finance, PAGE))


def test_sound_books_are_green(rep: Actor, finance: Actor) -> None:
    make_invoice(rep, make_account(rep=rep))
    screen = open_page(finance, PAGE)
    screen.button(key="run_checks").click().run()
    assert f"All {len(CHECKS)} checks hold" in texts(screen)
    assert [len(frame.value) for frame in screen.dataframe] == [len(CHECKS)]


def test_what_differs_is_listed_with_both_figures(rep: Actor, finance: Actor) -> None:
    invoice = make_invoice(rep, make_account(rep=rep))
    with database.write_session() as session:
        session.query(Document).filter_by(id=invoice).one().open_minor -= 7
    screen = open_page(finance, PAGE, language="es")
    screen.button(key="run_checks").click().run()
    assert "2 comprobaciones no se cumplen" in texts(screen)
    row = screen.dataframe[0].value.set_index("check").loc["Los saldos de clientes son lo pendiente de las facturas"]
    said = [cell.replace("\N{NO-BREAK SPACE}", " ") for cell in row[["account", "expected", "found", "difference"]]]
    assert said == ["Acme", "1.742,33 €", "1.742,40 €", "0,07 €"]


def test_every_check_and_group_has_its_words() -> None:
    assert list(CHECK_NAMES) == [check.code for check in CHECKS]
    assert set(CHECK_GROUPS) == {check.group for check in CHECKS}
