"""The import of a book from elsewhere on its page: from the file to what became of the rows."""

import io
from datetime import UTC, date, datetime

import xlsxwriter
from sqlalchemy import func, select
from streamlit.testing.v1 import AppTest

from data import database
from data.models import ClosedMonth, Document, Subscription
from services.permissions import Actor
from tests.builders import make_account
from tests.screens import open_page, texts

HEADER = "Subscription ID,Account ID,Plan tier,Seats,Billing frequency,Start date,End date,Is trial,MRR\n"
FILE = HEADER + (
    "S-1,acme,support-pro,10,monthly,2026-01-20,,False,160\n"
    "S-2,acme,support-pro,3,,2026-03-01,,True,0\n"
    "S-3,nobody,support-pro,1,monthly,2026-01-20,,False,16\n"
)


def upload(actor: Actor, content: bytes, name: str = "book.csv", language: str = "en") -> AppTest:
    """The page after a file was chosen."""
    screen = open_page(actor, "billing/takeover", language=language)
    screen.get("file_uploader")[0].upload(name, content, "text/csv")
    return screen.run()


def check(screen: AppTest) -> AppTest:
    return screen.button(key="book_check").click().run()


def figures(screen: AppTest) -> dict[str, str]:
    return {metric.label: metric.value for metric in screen.metric}


def count(model: type[Subscription] | type[Document]) -> int:
    with database.read_session() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def test_finance_takes_a_book_over(finance: Actor) -> None:
    make_account("acme")
    screen = check(upload(finance, FILE.encode()))
    assert figures(screen) == {"New": "2", "Unchanged": "0", "Refused": "1"}
    rows = screen.dataframe[0].value
    assert rows["what"].tolist() == [
        "billed elsewhere until 20 Apr 2026, renewed here from then on",
        "trial without an end: taken to last 14 days, until 15 Mar 2026 · trial over on 15 Mar 2026",
        "Code: no account has the code nobody. Import the accounts first.",
    ]
    assert count(Subscription) == 0
    screen = screen.button(key="book_apply").click().run()
    assert not screen.error
    assert "2 subscriptions were taken over, 1 row was refused" in texts(screen).replace("\\", "")
    assert count(Subscription) == 2
    again = check(upload(finance, FILE.encode()))
    assert figures(again)["Unchanged"] == "2"
    assert again.button(key="book_apply").disabled


def test_history_of_closed_months_is_said_before_it_comes_in(finance: Actor) -> None:
    make_account("acme")
    assert not check(upload(finance, FILE.encode())).warning
    with database.write_session() as session:
        session.add(ClosedMonth(month=202601, closed_at=datetime(2026, 2, 1, tzinfo=UTC), closed_by=finance.user_id,
                                who="", tie_out=[]))  # fmt: skip
    (warning,) = check(upload(finance, FILE.encode())).warning
    assert warning.value.startswith("1 row tells of months that are closed")


def test_plans_of_the_file_are_translated_and_the_map_remembered(finance: Actor) -> None:
    make_account("acme")
    content = FILE.replace("support-pro", "Platinum").encode()
    screen = upload(finance, content)
    assert "Our plans: support-business (Remote Support Business)" in texts(screen).replace("\\", "")
    assert any("Platinum" in frame.value.to_csv() for frame in screen.dataframe)


def test_days_that_can_be_read_otherwise_are_asked_about(finance: Actor) -> None:
    make_account("acme")
    content = FILE.replace("2026-01-20", "20/01/2026").replace("2026-03-01", "01/03/2026").encode()
    screen = upload(finance, content)
    assert "“20/01/2026” in row 2 can be read in more than one way" in texts(screen)
    screen = check(screen)
    assert "can be read in more than one way" in screen.error[0].value
    screen.button_group(key="book:days").set_value("day_first")
    screen = check(screen.run())
    assert figures(screen)["New"] == "2"
    assert "Start 20/01/2026 read as 20 Jan 2026" in screen.dataframe[0].value["what"][0]


def test_days_of_a_workbook_are_its_days_and_its_numbers_are_asked_about(finance: Actor) -> None:
    make_account("acme")
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["Subscription", "Account", "Plan", "Seats", "Billing frequency", "Start", "MRR"])
        sheet.write_row(1, 0, ["S-1", "acme", "support-pro", 10, "monthly"])
        sheet.write_datetime(1, 5, date(2026, 1, 20), book.add_format({"num_format": "dd/mm/yyyy"}))  # type: ignore[arg-type]
        sheet.write_row(2, 0, ["S-2", "acme", "support-pro", 1, "monthly", 46042, 16])
        sheet.write_number(1, 6, 160)
    screen = upload(finance, out.getvalue(), "book.xlsx")
    assert "“46042” in row 3" in texts(screen)
    screen.button_group(key="book:days").set_value("excel")
    screen = check(screen.run())
    assert figures(screen) == {"New": "2", "Unchanged": "0", "Refused": "0"}


def test_open_balances_come_in_in_spanish(finance: Actor) -> None:
    make_account("acme")
    screen = open_page(finance, "billing/takeover", language="es")
    screen.button_group(key="book_kind").set_value("balances").run()
    screen.get("file_uploader")[0].upload("saldos.csv", b"Cuenta;Factura;Saldo\nacme;F-1;1.210,00\nacme;A-2;-100,00\n")
    screen = check(screen.run())
    assert figures(screen) == {"Nueva": "2", "Sin cambios": "0", "Rechazada": "0"}
    screen = screen.button(key="book_apply").click().run()
    assert "2 partidas de apertura contabilizadas" in texts(screen).replace("\\", "")
    assert count(Document) == 1


def test_a_rep_may_not_open_it(rep: Actor) -> None:
    screen = open_page(rep, "billing/takeover")
    assert screen.error
    assert not screen.get("file_uploader")
