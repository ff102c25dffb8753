"""Outgoing mails are listed, read and sent again by those who may, each seeing only the own accounts' mails."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from data import database
from data.models import AuditEntry, OutboxMail
from services import access
from services.commands.outbox import MailUnderWay, retry_mail
from services.errors import NotAllowed, NotFound
from services.queries.outbox import attachment_of, list_mails, read_mail
from tests import builders
from tests.services.mails.outbox_rows import NOW, make_document, make_mail


@pytest.fixture
def mine(rep):
    access.use_clock(lambda: NOW)
    return builders.make_account("acme", rep=rep)


@pytest.fixture
def theirs(other_rep):
    return builders.make_account("globex", rep=other_rep)


def test_the_list_shows_subject_and_state_newest_first(rep, mine):
    make_mail(mine, "old", created_at=NOW - timedelta(days=1))
    make_mail(mine, "new", kind="trial_welcome", status="failed", error="550 no such user", tries=1)
    page = list_mails(rep)
    assert page.total == 2
    first, second = page.frame["subject"]
    assert first == "Su prueba gratuita de Remote Support" and second.startswith("Factura INV-2026-000042 de ")
    assert list(page.frame["status"]) == ["failed", "queued"]
    assert list(page.frame["account"]) == ["Acme", "Acme"]


def test_the_list_is_filtered_and_paged(rep, mine):
    for n in range(3):
        make_mail(mine, str(n), status="sent" if n else "failed")
    assert list_mails(rep, status="sent").total == 2
    assert list_mails(rep, search="acme").total == 3
    assert list_mails(rep, search="umbrella").total == 0
    assert list_mails(rep, account_id=mine, status="failed").total == 1
    page = list_mails(rep, limit=2, offset=2)
    assert (page.total, len(page.frame)) == (3, 1)


def test_an_empty_list_has_its_columns(rep):
    page = list_mails(rep)
    assert page.total == 0 and "subject" in page.frame.columns


def test_a_mail_reads_as_its_reader_gets_it(rep, mine):
    attachment = {"kind": "invoice", "id": str(make_document(mine)), "name": "INV-2026-000042.pdf"}
    mail = make_mail(mine, attachments=[attachment], copies=["rep@portal.example"])
    card = read_mail(rep, mail)
    assert card.subject.startswith("Factura INV-2026-000042")
    assert "3.484,80" in card.text and "<!doctype html>" in card.html and card.fault == ""
    assert (card.recipients, card.copies) == (("ap@acme.example",), ("rep@portal.example",))
    assert card.attachments == ("INV-2026-000042.pdf",)
    file = attachment_of(rep, mail, 0)
    assert file.name == "INV-2026-000042.pdf" and file.content.startswith(b"%PDF-")
    with pytest.raises(NotFound):
        attachment_of(rep, mail, 1)


def test_a_mail_that_cannot_be_written_is_still_listed_and_says_why(rep, mine):
    mail = make_mail(mine, facts={})
    assert list(list_mails(rep).frame["subject"]) == [""]
    assert read_mail(rep, mail).fault.startswith("KeyError")


@pytest.mark.parametrize("status", ["failed", "kept"])
def test_a_failed_or_kept_mail_is_sent_again_with_all_its_tries(rep, mine, status):
    mail = make_mail(mine, status=status, tries=10, error="451 try later", next_try_at=NOW - timedelta(days=2))
    retry_mail(rep, mail)
    with database.read_session() as session:
        row = session.scalars(select(OutboxMail)).one()
        assert (row.status, row.tries, row.error, row.next_try_at) == ("queued", 0, "", NOW)
        audit = session.scalars(select(AuditEntry).where(AuditEntry.action == "retry_mail")).one()
        assert (audit.account_id, audit.subject_id, audit.before["status"]) == (mine, mail, status)


@pytest.mark.parametrize("status", ["queued", "sending", "sent"])
def test_a_mail_under_way_or_sent_is_not_sent_again(rep, mine, status):
    mail = make_mail(mine, status=status)
    with pytest.raises(MailUnderWay):
        retry_mail(rep, mail)


def test_mails_of_other_accounts_are_not_to_be_seen(rep, manager, mine, theirs):
    mail = make_mail(theirs, status="failed")
    assert list_mails(rep).total == 0 and list_mails(manager).total == 1
    for look in (lambda: read_mail(rep, mail), lambda: attachment_of(rep, mail, 0), lambda: retry_mail(rep, mail)):
        with pytest.raises(NotFound):
            look()


def test_a_licence_manager_sees_no_mails(licence_manager, rep, mine):
    mail = make_mail(mine, status="failed")
    for look in (lambda: list_mails(licence_manager), lambda: read_mail(licence_manager, mail)):
        with pytest.raises(NotAllowed):
            look()
    with pytest.raises(NotAllowed):
        retry_mail(licence_manager, mail)
