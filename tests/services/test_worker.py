"""The worker against a real mail server: sends, keeps, retries, gives up, and sends nothing twice."""

import os
import signal
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from data import database
from data.models import Document, OutboxMail
from services import access, worker
from services.documents.sheet import canonical, sheet_of
from services.facts import papers
from services.facts.papers import document_facts
from services.mails import queue
from services.mails.smtp import Courier, MailServer
from tests import builders
from tests.services.mails.mail_server import Handler, free_port, running
from tests.services.mails.outbox_rows import NOW, make_document, make_mail


def rows() -> list[OutboxMail]:
    with database.read_session() as session:
        found = list(session.scalars(select(OutboxMail).order_by(OutboxMail.event_key)))
        session.expunge_all()
        return found


def at(moment: datetime) -> None:
    access.use_clock(lambda: moment)


@pytest.fixture
def account(db):
    at(NOW)
    return builders.make_account()


@pytest.fixture
def handler():
    return Handler()


@pytest.fixture
def courier(handler):
    with running(handler) as url, Courier(MailServer.of(url)) as courier:
        yield courier


def test_a_mail_is_sent_with_its_document(account, handler, courier):
    attachment = {"kind": "invoice", "id": str(make_document(account)), "name": "INV-2026-000042.pdf"}
    mail = make_mail(account, attachments=[attachment], copies=["rep@portal.example"])
    assert worker.run_round(courier) == worker.Tally(sent=1)
    (message,) = handler.messages
    assert message["To"] == "ap@acme.example" and message["Cc"] == "rep@portal.example"
    assert handler.envelopes == [["ap@acme.example", "rep@portal.example"]]
    assert message["Message-ID"].startswith(f"<{mail}.outbox@")
    (file,) = message.iter_attachments()
    assert file.get_filename() == "INV-2026-000042.pdf" and file.get_content().startswith(b"%PDF-")
    (row,) = rows()
    assert (row.status, row.sent_at, row.tries, row.error, row.lease) == ("sent", NOW, 1, "", "")


def test_a_document_keeps_the_words_it_was_mailed_with(account, handler, courier, monkeypatch):
    rep = builders.make_user()
    other = builders.make_account("other", rep=rep)
    invoice = builders.make_invoice(rep, other)
    at(datetime(2099, 1, 1, tzinfo=UTC))
    assert worker.run_round(courier).sent == 2
    with database.read_session() as session:
        row = session.get_one(Document, (other, invoice))
        assert row.sheet == canonical(sheet_of(document_facts(session, row)))
        monkeypatch.setattr(papers, "sheet_of", None)  # never worded again
        assert papers.sheet_text(session, row) == row.sheet
        assert papers.hash_of(session, row) == row.hash


def test_a_sent_mail_is_never_sent_again(account, handler, courier):
    make_mail(account)
    worker.drain(courier)
    at(NOW + timedelta(days=30))
    assert worker.drain(courier) == worker.Tally()
    assert len(handler.messages) == 1


def test_without_a_server_mails_are_kept(account):
    make_mail(account)
    assert worker.drain(None) == worker.Tally(kept=1)
    assert [row.status for row in rows()] == ["kept"]
    assert worker.drain(None) == worker.Tally()


def test_kept_mails_are_not_sent_by_themselves_later(account, handler, courier):
    make_mail(account, status="kept")
    assert worker.drain(courier) == worker.Tally() and handler.messages == []


def test_a_server_that_is_down_delays_and_later_gets_the_mail(account, handler):
    make_mail(account)
    with Courier(MailServer.of(f"smtp://127.0.0.1:{free_port()}")) as courier:
        assert worker.drain(courier) == worker.Tally(delayed=1)
    (row,) = rows()
    assert (row.status, row.next_try_at) == ("queued", NOW + timedelta(seconds=30))
    assert "refused" in row.error
    with running(handler) as url, Courier(MailServer.of(url)) as courier:
        assert worker.drain(courier) == worker.Tally()
        at(NOW + timedelta(seconds=30))
        assert worker.drain(courier) == worker.Tally(sent=1)
    (row,) = rows()
    assert (row.status, row.error) == ("sent", "")


def test_pauses_double_and_the_tenth_try_is_the_last(account, handler, courier):
    handler.refuse_data = lambda: "451 try later"
    make_mail(account)
    pauses, moment = [], NOW
    for _ in range(queue.TRIES - 1):
        assert worker.drain(courier) == worker.Tally(delayed=1)
        (row,) = rows()
        pauses.append((row.next_try_at - moment).total_seconds())
        moment = row.next_try_at
        at(moment)
    assert pauses == [30, 60, 120, 240, 480, 960, 1920, 3600, 3600]
    assert worker.drain(courier) == worker.Tally(failed=1)
    (row,) = rows()
    assert (row.status, row.tries, row.error) == ("failed", 10, "451 try later")


def test_a_refused_recipient_fails_at_once_with_the_servers_words(account, handler, courier):
    handler.refuse_recipient = lambda address: "550 no such user" if address == "gone@acme.example" else None
    make_mail(account, "1", recipients=["gone@acme.example"])
    make_mail(account, "2", recipients=["gone@acme.example", "ap@acme.example"])
    make_mail(account, "3")
    assert worker.drain(courier) == worker.Tally(sent=2, failed=1)
    assert [(row.status, row.error) for row in rows()] == [
        ("failed", "gone@acme.example: 550 no such user"),
        ("sent", "gone@acme.example: 550 no such user"),
        ("sent", ""),
    ]
    assert handler.envelopes == [["ap@acme.example"], ["ap@acme.example"]]


def test_a_mail_that_cannot_be_written_fails_alone(account, handler, courier):
    make_mail(account, "1", facts={})
    make_mail(account, "2", recipients=["nobody"])
    make_mail(account, "3", attachments=[{"kind": "invoice", "id": "77", "name": "x.pdf"}])
    make_mail(account, "4")
    assert worker.drain(courier) == worker.Tally(sent=1, failed=3)
    errors = [row.error for row in rows()]
    assert errors[0].startswith("KeyError") and "not a mail address" in errors[1] and "not_found" in errors[2]


class Killed(BaseException):
    """The process ends here."""


def test_a_worker_killed_before_it_could_note_the_success_repeats_with_the_same_message_id(
    account, handler, courier, monkeypatch
):
    make_mail(account)

    def die(*_: object, **__: object) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(queue, "mark_sent", die)
        with pytest.raises(Killed):
            worker.run_round(courier)
    assert worker.drain(courier) == worker.Tally()  # the lease still holds
    at(NOW + queue.LEASE + timedelta(seconds=1))
    assert worker.drain(courier) == worker.Tally(sent=1)
    first, second = handler.messages
    assert first["Message-ID"] == second["Message-ID"]


def test_a_worker_killed_before_sending_loses_nothing(account, handler, courier, monkeypatch):
    for n in range(3):
        make_mail(account, str(n))
    deliver, calls = Courier.deliver, []

    def die_at_the_second(self: Courier, message: Any) -> str:
        calls.append(message)
        if len(calls) == 2:
            raise Killed
        return deliver(self, message)

    monkeypatch.setattr(Courier, "deliver", die_at_the_second)
    with pytest.raises(Killed):
        worker.run_round(courier)
    assert sorted(row.status for row in rows()) == ["sending", "sending", "sent"]
    at(NOW + queue.LEASE + timedelta(seconds=1))
    assert worker.drain(courier) == worker.Tally(sent=2)
    assert len({message["Message-ID"] for message in handler.messages}) == len(handler.messages) == 3


def test_a_slow_worker_whose_lease_was_taken_over_sends_nothing(account, handler, courier):
    mail = make_mail(account)
    with database.write_session() as session:
        assert queue.claim(session, "slow", NOW) == [mail]
    at(NOW + queue.LEASE + timedelta(seconds=1))
    with database.write_session() as session:
        assert queue.claim(session, "quick", access.now()) == [mail]
        assert queue.renew(session, mail, "slow", access.now()) is None


def test_two_workers_share_the_work_and_send_nothing_twice(account, handler):
    for n in range(40):
        make_mail(account, f"{n:02}")
    with running(handler) as url:
        couriers = [Courier(MailServer.of(url)) for _ in range(2)]
        tallies: list[int] = []

        def run(courier: Courier) -> None:
            with courier:
                while (tally := worker.run_round(courier, limit=5)).total:
                    tallies.append(tally.sent)

        threads = [threading.Thread(target=run, args=(courier,)) for courier in couriers]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert sum(tallies) == 40
    assert len({message["Message-ID"] for message in handler.messages}) == len(handler.messages) == 40


@pytest.mark.postgresql
def test_claims_made_at_the_same_time_get_different_mails(account):
    mails = {make_mail(account, str(n)) for n in range(6)}
    with database.write_session() as one, database.write_session() as other:
        first, second = queue.claim(one, "one", NOW, 3), queue.claim(other, "other", NOW, 3)
    assert len(first) == len(second) == 3 and {*first, *second} == mails


def test_a_stop_gives_back_what_was_not_tried(account, handler, courier):
    for n in range(3):
        make_mail(account, str(n))
    stop = threading.Event()
    stop.set()
    assert worker.run_round(courier, stop=stop) == worker.Tally()
    assert [row.status for row in rows()] == ["queued"] * 3


def test_the_command_line_drains_the_outbox(account, handler, db):
    access.use_clock(None)
    make_mail(account)
    with running(handler) as url:
        done = command("--drain", SMTP_URL=url, DATABASE_URL=db.url)
    assert done.returncode == 0, done.stderr
    assert done.stdout == "sent 1, delayed 0, failed 0, kept 0\n"
    assert len(handler.messages) == 1


def test_the_command_line_says_what_is_wrong_with_the_address_of_the_server(db):
    done = command("--once", SMTP_URL="mail.example:25", DATABASE_URL=db.url)
    assert done.returncode == 2 and "SMTP_URL must look like" in done.stderr


def test_a_worker_told_to_end_ends(db):
    environment = os.environ | {"SMTP_URL": "", "DATABASE_URL": db.url}
    process = subprocess.Popen(
        [sys.executable, "-m", "services.worker"], env=environment, stderr=subprocess.PIPE, text=True
    )
    assert process.stderr is not None
    assert "mails are kept" in process.stderr.readline()
    time.sleep(0.3)
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=20)
    assert process.returncode == 0


def command(*arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "services.worker", *arguments],
        env=os.environ | environment, capture_output=True, text=True, timeout=60,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://localhost:2525", MailServer("smtp", "localhost", 2525)),
        ("smtp://mail.example", MailServer("smtp", "mail.example", 25)),
        ("smtp://u:p%40ss@mail.example:587", MailServer("smtp+starttls", "mail.example", 587, "u", "p@ss")),
        ("smtp+starttls://mail.example", MailServer("smtp+starttls", "mail.example", 587)),
        ("smtps://u:p@mail.example", MailServer("smtps", "mail.example", 465, "u", "p")),
    ],
)
def test_a_server_is_read_from_its_url_and_a_password_never_travels_in_clear(url, expected):
    assert MailServer.of(url) == expected
