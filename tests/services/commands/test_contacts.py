"""Contacts and purchase orders: works, refuses, is scoped."""

from dataclasses import replace
from datetime import date

import pytest

from data.money import Money
from services.commands.contacts import remove_contact, save_contact, set_billing_contact, set_recipients
from services.commands.purchase_orders import close_purchase_order, save_purchase_order
from services.errors import Invalid, NotAllowed, NotFound, SelfServiceAccount, StaleForm
from services.permissions import Actor
from services.queries.accounts import AccountCard, account_card
from services.rules.contact_form import ContactForm
from services.rules.purchase_order_form import PurchaseOrderForm
from tests.builders import TODAY, make_account

ANA = ContactForm("Ana Ruiz", "ana@acme.example")


def card(actor: Actor, account_id: int) -> AccountCard:
    return account_card(actor, account_id, TODAY)


def faults(caught: pytest.ExceptionInfo[Invalid]) -> list[tuple[str, str]]:
    return [(problem.field, problem.code) for problem in caught.value.problems]


def test_a_contact_is_added_found_by_its_name_and_edited(rep: Actor) -> None:
    account_id = make_account(rep=rep)
    contact_id = save_contact(rep, account_id, ANA, today=TODAY)
    found = next(c for c in card(rep, account_id).contacts if c.contact_id == contact_id)
    assert (found.form, found.version) == (ANA, 1)
    again = replace(ANA, phone="+34 600 123 456")
    assert save_contact(rep, account_id, again, contact_id=contact_id, version=1, today=TODAY) == contact_id
    with pytest.raises(StaleForm):
        save_contact(rep, account_id, ANA, contact_id=contact_id, version=1, today=TODAY)


def test_a_new_billing_contact_replaces_the_one_before(rep: Actor) -> None:
    account_id = make_account(rep=rep)
    contact_id = save_contact(rep, account_id, replace(ANA, is_billing_contact=True), today=TODAY)
    billing = card(rep, account_id).billing_contact
    assert billing is not None and billing.contact_id == contact_id
    first = next(c for c in card(rep, account_id).contacts if c.contact_id != contact_id)
    set_billing_contact(rep, account_id, first.contact_id)
    assert card(rep, account_id).billing_contact == replace(
        first, form=replace(first.form, is_billing_contact=True), version=3
    )


def test_the_billing_contact_stays_until_another_is_chosen(rep: Actor) -> None:
    account_id = make_account(rep=rep)
    billing = card(rep, account_id).billing_contact
    assert billing is not None
    with pytest.raises(Invalid) as caught:
        remove_contact(rep, account_id, billing.contact_id)
    assert faults(caught) == [("billing_contact", "one_billing_contact")]
    with pytest.raises(Invalid):
        form = replace(billing.form, is_billing_contact=False)
        save_contact(rep, account_id, form, contact_id=billing.contact_id, version=1, today=TODAY)


def test_a_removed_contact_is_gone_and_comes_back_with_its_address(rep: Actor) -> None:
    account_id = make_account(rep=rep)
    contact_id = save_contact(rep, account_id, ANA, today=TODAY)
    remove_contact(rep, account_id, contact_id)
    assert contact_id not in {c.contact_id for c in card(rep, account_id).contacts}
    assert save_contact(rep, account_id, replace(ANA, name="Ana R."), today=TODAY) == contact_id
    assert contact_id in {c.contact_id for c in card(rep, account_id).contacts}


def test_an_address_stands_once_in_an_account(rep: Actor) -> None:
    account_id = make_account(rep=rep)
    save_contact(rep, account_id, ANA, today=TODAY)
    with pytest.raises(Invalid) as caught:
        save_contact(rep, account_id, replace(ANA, email="ANA@acme.example"), today=TODAY)
    assert faults(caught) == [("email", "duplicate")]


def test_at_most_five_contacts_get_the_invoices(rep: Actor) -> None:
    account_id = make_account(rep=rep)
    ids = [
        save_contact(rep, account_id, ContactForm(f"Person {n}", f"p{n}@acme.example"), today=TODAY) for n in range(6)
    ]
    with pytest.raises(Invalid) as caught:
        set_recipients(rep, account_id, ids)
    assert faults(caught) == [("invoice_recipients", "too_many_recipients")]
    set_recipients(rep, account_id, ids[:5])
    assert {c.contact_id for c in card(rep, account_id).contacts if c.form.is_invoice_recipient} == set(ids[:5])
    with pytest.raises(Invalid):
        save_contact(rep, account_id, ContactForm("Six", "p6@acme.example", is_invoice_recipient=True), today=TODAY)
    set_recipients(rep, account_id, [])
    assert not any(c.form.is_invoice_recipient for c in card(rep, account_id).contacts)


def test_contacts_of_other_accounts_are_not_found(rep: Actor, other_rep: Actor, licence_manager: Actor) -> None:
    own, other = make_account(rep=rep), make_account("other", rep=other_rep)
    foreign = card(other_rep, other).billing_contact
    assert foreign is not None
    with pytest.raises(NotFound):
        save_contact(rep, other, ANA, today=TODAY)
    with pytest.raises(NotFound):
        set_billing_contact(rep, own, foreign.contact_id)
    with pytest.raises(NotFound):
        set_recipients(rep, own, [foreign.contact_id])
    with pytest.raises(NotAllowed):
        save_contact(licence_manager, own, ANA, today=TODAY)


def test_contacts_of_a_self_service_account_are_its_own_business(rep: Actor) -> None:
    account_id = make_account(rep=rep, kind="self_service")
    with pytest.raises(SelfServiceAccount):
        save_contact(rep, account_id, ANA, today=TODAY)


def test_a_purchase_order_is_added_edited_and_closed(rep: Actor) -> None:
    account_id = make_account(rep=rep)
    form = PurchaseOrderForm(" PO 4711 ", date(2026, 12, 31), Money.of("5000", "EUR"))
    po_id = save_purchase_order(rep, account_id, form, today=TODAY)
    (po,) = card(rep, account_id).purchase_orders
    assert po.form == replace(form, number="PO 4711")
    assert (po.used, po.left, po.version, po.is_closed) == (Money.zero("EUR"), Money.of("5000", "EUR"), 1, False)
    save_purchase_order(rep, account_id, replace(form, cap=None), po_id=po_id, version=1, today=TODAY)
    with pytest.raises(StaleForm):
        close_purchase_order(rep, account_id, po_id, version=1)
    close_purchase_order(rep, account_id, po_id, version=2)
    assert card(rep, account_id).purchase_orders[0].is_closed


def test_a_purchase_order_number_stands_once_in_an_account(rep: Actor, other_rep: Actor) -> None:
    account_id = make_account(rep=rep)
    save_purchase_order(rep, account_id, PurchaseOrderForm("PO-1"), today=TODAY)
    with pytest.raises(Invalid) as caught:
        save_purchase_order(rep, account_id, PurchaseOrderForm("PO-1"), today=TODAY)
    assert faults(caught) == [("po_number", "duplicate")]
    with pytest.raises(NotFound):
        save_purchase_order(other_rep, account_id, PurchaseOrderForm("PO-2"), today=TODAY)
