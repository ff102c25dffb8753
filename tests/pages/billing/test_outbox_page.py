"""The page Outbox: the list with its filter, a mail as it is read, its attachment, and sending it again."""

import pytest
from sqlalchemy import select

from data import database
from data.models import OutboxMail
from services import access
from tests import builders
from tests.screens import open_page, texts
from tests.services.mails.outbox_rows import NOW, make_document, make_mail

PAGE = "billing/outbox"


@pytest.fixture
def mine(rep):
    access.use_clock(lambda: NOW)
    return builders.make_account("acme", rep=rep)


def test_the_list_shows_what_was_written_to_whom(rep, mine):
    make_mail(mine, "1", status="sent")
    make_mail(mine, "2", status="failed", kind="trial_welcome", error="550 no such user")
    screen = open_page(rep, PAGE)
    frame = screen.dataframe[0].value
    assert set(frame["status"].str[0]) == {"sent", "failed"}
    assert "Su prueba gratuita de Remote Support" in set(frame["subject"])
    assert "550 no such user" in set(frame["error"])


def test_the_filter_limits_the_list(rep, mine):
    make_mail(mine, "1", status="sent")
    make_mail(mine, "2", status="failed")
    screen = open_page(rep, PAGE)
    screen.segmented_control(key="status").set_value("failed").run()
    assert not screen.exception
    assert [cell[0] for cell in screen.dataframe[0].value["status"]] == ["failed"]


def test_an_empty_outbox_is_a_sentence(rep):
    assert "Mails are written when an order is placed" in texts(open_page(rep, PAGE))
    assert "Se redactan al realizar un pedido" in texts(open_page(rep, PAGE, language="es"))


def test_a_mail_is_read_and_its_document_downloaded(rep, mine):
    attachment = {"kind": "invoice", "id": str(make_document(mine)), "name": "INV-2026-000042.pdf"}
    mail = make_mail(mine, attachments=[attachment])
    screen = open_page(rep, PAGE, mail=mail)
    assert "Factura INV-2026-000042" in texts(screen).replace("\\", "")
    assert any("3.484,80" in text.value for text in screen.text)
    (frame,) = screen.get("iframe")
    assert "sandbox srcdoc=" in frame.proto.srcdoc and "&lt;!doctype html&gt;" in frame.proto.srcdoc
    assert [button.label for button in screen.get("download_button")] == ["INV\\-2026\\-000042\\.pdf"]
    assert not [button for button in screen.button if button.key == "retry"]


def test_a_failed_mail_is_sent_again(rep, mine):
    mail = make_mail(mine, status="failed", tries=10, error="550 no such user")
    screen = open_page(rep, PAGE, mail=mail)
    assert "The mail server said: 550 no such user" in texts(screen).replace("\\", "")
    screen.button(key="retry").click().run()
    assert not screen.exception
    assert "waits to be sent again" in texts(screen)
    with database.read_session() as session:
        assert session.scalars(select(OutboxMail.status)).one() == "queued"


def test_a_mail_that_cannot_be_written_says_so(rep, mine):
    assert "cannot be written" in texts(open_page(rep, PAGE, mail=make_mail(mine, facts={})))


def test_the_mail_of_another_rep_is_not_found(rep, other_rep):
    access.use_clock(lambda: NOW)
    mail = make_mail(builders.make_account("globex", rep=other_rep))
    assert "does not exist, or it is not one of yours" in texts(open_page(rep, PAGE, mail=mail)).replace("\\", "")


def test_a_customers_name_is_shown_as_it_is(rep, mine):
    from tests.services.mails.samples import FACTS

    facts = FACTS["proposal"] | {"account": "![x](http://evil.example/x.png) <script>alert(1)</script>"}
    screen = open_page(rep, PAGE, mail=make_mail(mine, kind="proposal", facts=facts))
    assert "![x](http" not in "".join(part.value for part in [*screen.title, *screen.markdown])
    (frame,) = screen.get("iframe")
    assert "<script>" not in frame.proto.srcdoc
