"""Mails say the same in HTML and text, in both languages, and no name becomes markup or a header."""

import re
from datetime import UTC, datetime
from html import unescape

import pytest

from services.mails.compose import File, Sender, compose, message
from services.mails.letters import KINDS, UnknownMail
from tests.services.mails.samples import FACTS

SENDER = Sender("Nimbo Software Ibérica, S.L.", "facturacion@nimbo.example", "ES", "Calle de Alcalá 123, Madrid")
AT = datetime(2026, 4, 11, 9, 30, tzinfo=UTC)

SAID = {
    ("order_confirmation", "en"): [
        "Your order ORD-260411-7K3QXZ is placed", "Hello Lucía Ortega,", "Remote Support – Pro", "10 → 15",
        "Annual · 11 Apr 2026 – 10 Apr 2027", "€3,484.80", "11 May 2026",
        "ap@penalara.example and cfo@penalara.example", "marta@nimbo.example",
    ],
    ("order_confirmation", "es"): [
        "Su pedido ORD-260411-7K3QXZ se ha realizado", "Hola, Lucía Ortega:", "Anual · 11 abr 2026 – 10 abr 2027",
        "Cuota de IVA", "3.484,80 €", "11 de mayo de 2026", "ap@penalara.example y cfo@penalara.example",
    ],
    ("trial_welcome", "en"): ["free of charge", "24 April 2026", "no payment details are needed"],
    ("trial_welcome", "es"): ["de forma gratuita", "24 de abril de 2026", "no se necesitan detalles de pago"],
    ("invoice", "en"): ["Invoice INV-2026-000042 from Nimbo", "€3,484.80", "11 May 2026", "attached as a PDF"],
    ("invoice", "es"): ["Factura INV-2026-000042 de Nimbo", "3.484,80 €", "11 de mayo de 2026"],
    ("credit_note", "en"): ["Credit note CN-2026-000042", "-€3,484.80", "balance in your favour"],
    ("credit_note", "es"): ["Factura rectificativa CN-2026-000042", "-3.484,80 €", "saldo a favor"],
    ("proposal", "en"): ["It is not an invoice", "€3,484.80", "11 May 2026"],
    ("proposal", "es"): ["No es una factura", "3.484,80 €", "11 de mayo de 2026"],
    ("seat_assigned", "en"): ["a license for Remote Support and Frontline AR", "No longer available to you: Chat."],
    ("seat_assigned", "es"): ["licencia de Remote Support y Frontline AR", "Ya no está disponible para usted: Chat."],
    ("seat_released", "en"): ["Your access to Chat has ended", "You keep: Remote Support."],
    ("seat_released", "es"): ["Su acceso a Chat ha finalizado", "Conserva: Remote Support."],
    ("trial_extended", "en"): ["is longer", "go on trying Remote Support – Pro", "4 May 2026"],
    ("trial_extended", "es"): ["se amplía", "4 de mayo de 2026", "Licencias"],
    ("trial_ending", "en"): [
        "ends in 7 days", "From 5 May 2026 it goes on as a paid subscription", "4 May 2026", "Monthly", "€160.00",
    ],
    ("trial_ending", "es"): ["finaliza en 7 días", "continúa como suscripción de pago", "160,00 €"],
    ("trial_expired", "en"): ["has ended, and with it access", "4 May 2026", "Nothing was charged"],
    ("trial_expired", "es"): ["ha finalizado y, con ella, el acceso", "No se ha cobrado nada"],
    ("cancellation_confirmed", "en"): ["We confirm the cancellation", "10 April 2027", "can be taken back", "7K3QXZ-1"],
    ("cancellation_confirmed", "es"): ["Confirmamos la cancelación", "10 de abril de 2027", "puede reactivarse"],
    ("reactivated", "en"): ["Remote Support goes on", "Renews on", "11 April 2027"],
    ("reactivated", "es"): ["se ha reactivado", "11 de abril de 2027"],
    ("subscription_ended", "en"): ["has ended", "10 April 2027"],
    ("subscription_ended", "es"): ["ha finalizado", "10 de abril de 2027"],
    ("renewal_notice", "en"): ["renews in 30 days", "12 March 2027", "€1,440.00", "Annual", "Last day to act"],
    ("renewal_notice", "es"): ["se renueva en 30 días", "12 de marzo de 2027", "1.440,00 €"],
    ("payment_reminder", "en"): ["INV-2026-000042 is 1 day past due", "€484.80", "€3,484.80", "11 May 2026"],
    ("payment_reminder", "es"): ["venció hace 1 día", "Pendiente de pago", "484,80 €", "11 de mayo de 2026"],
    ("approval_decided", "en"): ["Not approved: Refund of €484.80", "Nothing was changed", "Paid twice", "Nuria"],
    ("approval_decided", "es"): ["No aprobada: Reembolso de 484,80 €", "Paid twice"],
    ("statement", "en"): ["statement of account", "from 1 April 2026 to 11 May 2026", "€3,484.80", "€484.80"],
    ("statement", "es"): ["extracto de cuenta", "del 1 de abril de 2026 al 11 de mayo", "3.484,80 €", "484,80 €"],
    ("seat_invited", "en"): ["Invitation to use Remote Support", "reserved for you", "You keep: Chat."],
    ("seat_invited", "es"): ["Invitación para usar Remote Support", "reservada", "Conserva: Chat."],
    ("invitation_withdrawn", "en"): ["has withdrawn its invitation to use Remote Support", "You keep: Chat."],
    ("invitation_withdrawn", "es"): ["ha retirado su invitación para usar Remote Support", "Conserva: Chat."],
    ("seat_moved", "en"): ["Your license for Remote Support has moved", "ORD-260411-7K3QXZ-2, plan Plus"],
    ("seat_moved", "es"): ["Su licencia de Remote Support se ha movido", "ORD-260411-7K3QXZ-2, plan Plus"],
    ("access_suspended", "en"): ["your access is suspended"],
    ("access_suspended", "es"): ["su acceso está suspendido"],
}  # fmt: skip


def words_of(text: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", text)).replace("\u00a0", " ").split())


@pytest.mark.parametrize(("kind", "language"), SAID)
def test_html_and_text_say_the_same_in_both_languages(kind, language):
    mail = compose(kind, language, FACTS[kind], SENDER)
    for body in (mail.subject + " " + mail.text, mail.html):
        assert [said for said in SAID[kind, language] if said not in words_of(body)] == []


def test_every_kind_has_its_words_checked():
    assert {kind for kind, _ in SAID} == set(KINDS) == set(FACTS)


@pytest.mark.parametrize(
    ("action", "said"),
    [("expire", "Nothing is charged."), ("downgrade_to_free", "From 5 May 2026 it goes on as Free, free of charge.")],
)
def test_what_follows_a_trial_is_told(action, said):
    facts = FACTS["trial_ending"] | {"end_action": action, "to_plan": "Free", "net": None, "interval": "", "days": 1}
    mail = compose("trial_ending", "en", facts, SENDER)
    assert said in mail.text and "ends in 1 day" in mail.subject and "Price" not in mail.text


def test_a_reactivated_subscription_that_does_not_renew_says_when_it_ends():
    mail = compose("reactivated", "en", FACTS["reactivated"] | {"renews": False}, SENDER)
    assert "Ends on" in mail.text and "Renews on" not in mail.text


def test_what_was_called_off_before_its_start_is_credited():
    mail = compose("cancellation_confirmed", "en", FACTS["cancellation_confirmed"] | {"is_called_off": True}, SENDER)
    assert "It does not start, and what was invoiced" in mail.text and "You keep access" not in mail.text
    assert "11 April 2027" in mail.text


def test_a_seller_in_latin_america_sends_a_nota_de_credito():
    mail = compose("credit_note", "es", FACTS["credit_note"], Sender("Nimbo MX", "a@b.example", "MX"))
    assert mail.subject.startswith("Nota de crédito")


def test_an_american_seller_speaks_of_tax_not_vat():
    mail = compose("order_confirmation", "en", FACTS["order_confirmation"], Sender("Nimbo", "a@b.example", "US"))
    assert "VAT" not in mail.text and "Tax amount" in mail.text


def test_a_change_is_told_from_old_to_new_and_from_when_on():
    facts = FACTS["order_confirmation"]
    item = facts["items"][1] | {
        "plan": "Business", "plan_before": "Pro", "seats": 6, "interval_before": "month", "is_scheduled": True,
        "effective_on": "2027-04-11",
    }  # fmt: skip
    english = words_of(compose("order_confirmation", "en", facts | {"items": [item]}, SENDER).html)
    assert "Frontline AR – Pro → Business" in english and "10 → 6" in english
    assert "Monthly → Annual · from the renewal on 11 Apr 2027" in english
    spanish = words_of(compose("order_confirmation", "es", facts | {"items": [item]}, SENDER).html)
    assert "Mensual → Anual · desde la renovación del 11 abr 2027" in spanish


def test_names_are_escaped():
    mail = compose("invoice", "en", FACTS["invoice"] | {"account": "<img src=x onerror=alert(1)> {{ 7*7 }}"}, SENDER)
    assert "<img" not in mail.html and "&lt;img src=x" in mail.html
    assert "{{ 7*7 }}" in mail.text


@pytest.mark.parametrize("name", ["Acme\r\nBcc: thief@evil.example", "Acme\u2028Bcc: x", "abc\u202egnp.exe"])
def test_a_name_adds_no_header_and_does_not_read_backwards(name):
    facts = FACTS["proposal"] | {"account": name}
    mail = message(compose("proposal", "en", facts, SENDER), SENDER, ["a@b.example"], message_id="<1@x>", at=AT)
    assert mail["Bcc"] is None and "\n" not in mail["Subject"]
    assert "\u202e" not in mail["Subject"] and "\u202e" not in str(mail)


def test_a_message_carries_both_bodies_and_its_files():
    composed = compose("invoice", "es", FACTS["invoice"], SENDER)
    mail = message(
        composed,
        SENDER,
        ["ap@penalara.example", "cfo@penalara.example"],
        message_id="<7.outbox@nimbo.example>",
        at=AT,
        copies=["marta@nimbo.example"],
        reply_to="marta@nimbo.example",
        files=[File("INV-2026-000042.pdf", b"%PDF-1.7")],
    )
    assert mail["To"] == "ap@penalara.example, cfo@penalara.example"
    assert mail["Cc"] == mail["Reply-To"] == "marta@nimbo.example"
    assert mail["From"].addresses[0].display_name == "Nimbo Software Ibérica, S.L."
    assert mail.get_body(("plain",)).get_content().replace("\r\n", "\n") == composed.text
    assert "Factura INV-2026-000042" in mail.get_body(("html",)).get_content()
    files = list(mail.iter_attachments())
    assert [(file.get_filename(), file.get_content_type()) for file in files] == [
        ("INV-2026-000042.pdf", "application/pdf")
    ]


def test_an_unknown_kind_is_refused():
    with pytest.raises(UnknownMail):
        compose("spam", "en", {}, SENDER)


@pytest.mark.parametrize("address", ["", "nobody", "@x.example", "a b@x.example", "a@x.example\nBcc: b@x.example"])
def test_what_is_no_address_is_refused(address):
    composed = compose("invoice", "en", FACTS["invoice"], SENDER)
    with pytest.raises(ValueError):
        message(composed, SENDER, [address], message_id="<1@x>", at=AT)
