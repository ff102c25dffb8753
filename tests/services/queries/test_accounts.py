"""Accounts looked at: the list, the card, the tabs, what happened; each only the actor's own."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select, update

from data.identity import derive_id
from data.models import Account, Contact, Document, Movement, Subscription
from data.models.accounts import BLANK
from data.money import Money
from services import access
from services.commands.accounts import create_account, edit_account
from services.commands.contacts import save_contact
from services.errors import NotAllowed, NotFound
from services.facts.readiness import is_incomplete, lacks_something, missing_of
from services.permissions import Actor, Permission
from services.queries.account_list import AccountFilter, filter_choices, list_accounts
from services.queries.account_tabs import invoices_of, orders_of, subscriptions_of
from services.queries.accounts import account_card
from services.queries.activity import account_activity
from services.queries.search import search
from services.rules.account_form import AccountForm
from services.rules.contact_form import ContactForm
from services.rules.readiness import WITH_STATE
from tests.builders import (
    NOW,
    TODAY,
    add,
    make_account,
    make_deputy,
    make_grant,
    make_purchase_order,
    make_seller,
    make_subscription,
    make_team,
    write,
)


def make_document(account: int, number: str, *, open_minor: int, due_on: date, **columns: object) -> int:
    document = derive_id(TODAY, "document", account, number)
    row = {
        "kind": "invoice",
        "seller": "es",
        "issued_on": date(2026, 3, 1),
        "issued_at": NOW,
        "currency": "EUR",
        "language": "en",
        "subtotal_minor": 10_000,
        "tax_minor": 2_100,
        "total_minor": 12_100,
        "sheet": "{}",
        "hash": "0",
        "previous_hash": "",
    } | columns
    add(Document(account_id=account, id=document, number=number, open_minor=open_minor, due_on=due_on, **row))
    return document


def listed(actor: Actor, **wanted: object) -> list[str]:
    return list(list_accounts(actor, AccountFilter(**wanted), today=TODAY).frame["code"])  # type: ignore[arg-type]


def test_the_list_is_searched_by_parts_of_name_code_number_and_contact(rep: Actor) -> None:
    make_seller("ES")
    form = AccountForm(legal_name="Ünïcode 100% GmbH", code="UNI_1", country="DE", currency="EUR", city="Köln")
    account_id = create_account(rep, form, today=TODAY).account_id
    create_account(rep, AccountForm(legal_name="Other", code="UNIX1", country="ES", currency="EUR"), today=TODAY)
    save_contact(rep, account_id, ContactForm("Ana Ruiz", "ana@uni.example"), today=TODAY)
    for text in ("ünïcode", "KÖLN", "ana ruiz", "ana@uni", "gmbh UNI", "100%", "uni_1"):
        assert listed(rep, text=text) == ["UNI_1"], text
    assert listed(rep, text="zzz") == []
    assert listed(rep) == ["UNIX1", "UNI_1"]


def test_the_list_is_filtered_paged_and_counted(rep: Actor, manager: Actor) -> None:
    make_account("a", rep=rep, country="ES", segment="Energy")
    make_account("b", country="DE", vat_number="")
    make_account("c", rep=rep, street="")
    make_account("d", rep=rep, kind="self_service")
    assert listed(manager, country="DE") == ["b"]
    assert listed(manager, segment="Energy") == ["a"]
    assert listed(manager, rep_id=rep.user_id) == ["a", "c", "d"]
    assert listed(manager, rep_id=0) == ["b"]
    assert listed(manager, state="ready") == ["a"]
    assert listed(manager, state="incomplete") == ["b", "c"]
    assert listed(manager, state="self_service") == ["d"]
    page = list_accounts(manager, limit=3, offset=0, today=TODAY)
    assert (list(page.frame["code"]), page.total) == (["a", "b", "c"], 4)
    page = list_accounts(manager, limit=3, offset=3, today=TODAY)
    assert (list(page.frame["code"]), page.total) == (["d"], 4)
    assert list(page.frame["status"]) == ["self_service"]
    choices = filter_choices(manager)
    assert (choices.countries, choices.segments) == (("DE", "ES"), ("Energy",))
    assert choices.reps == ((rep.user_id, rep.name),)


def test_a_rep_lists_the_own_accounts_and_those_of_a_covered_colleague(rep: Actor, other_rep: Actor) -> None:
    make_account("own", rep=rep)
    make_account("theirs", rep=other_rep)
    assert listed(rep) == ["own"]
    make_deputy(other_rep, rep, TODAY, date(2026, 4, 12))
    deputy = access.identify(rep.user_id, TODAY)
    assert listed(deputy) == ["own", "theirs"]
    assert listed(access.identify(rep.user_id, date(2026, 4, 12))) == ["own"]


def test_the_list_and_the_card_agree_on_what_is_incomplete(rep: Actor, manager: Actor) -> None:
    complete: list[dict[str, object]] = [{}, {"country": "AE", "postal_code": ""}]
    faulty: list[dict[str, object]] = [
        {"street": ""},
        {"postal_code": ""},
        {"country": "US"},  # without its state
        {"currency": ""},
        {"currency": "JPY"},  # the selling entity has no bank details for it
        {"city": ""},
    ]
    ready = {make_account(f"ready{n}", rep=rep, **columns) for n, columns in enumerate(complete)}
    lacking = {make_account(f"lacking{n}", rep=rep, **columns) for n, columns in enumerate(faulty)}
    lacking.add(nobody := make_account("nobody", rep=rep))
    lacking.add(make_account("unassigned"))
    ready.add(make_account("of_team", team_id=make_team("Team", rep)))
    write(lambda session: session.execute(update(Contact).where(Contact.account_id == nobody).values(is_active=False)))
    with access.reading(manager, Permission.SEE_ACCOUNTS) as session:
        in_sql = set(session.scalars(select(Account.id).where(is_incomplete(session))))
        each = set(session.scalars(select(Account.id).where(lacks_something(session))))
        one_by_one = {key for key in ready | lacking if missing_of(session, session.get_one(Account, key))}
    assert in_sql == each == one_by_one == lacking
    write(lambda session: session.execute(update(Contact).values(is_active=True)))
    with access.reading(manager, Permission.SEE_ACCOUNTS) as session:  # now all have one, and nobody is looked for
        assert set(session.scalars(select(Account.id).where(is_incomplete(session)))) == lacking - {nobody}


def test_the_index_of_accounts_that_lack_something_knows_the_states() -> None:
    states = ", ".join(f"'{country}'" for country in sorted(WITH_STATE))
    assert f"region = '' AND country IN ({states})" in BLANK


def test_the_cards_figures_add_up_documents_movements_and_subscriptions(rep: Actor) -> None:
    account_id = make_account(rep=rep)
    subscription = make_subscription(account_id, seats=10)
    make_document(account_id, "INV-1", open_minor=12_100, due_on=date(2026, 4, 10))
    make_document(account_id, "INV-2", open_minor=2_100, due_on=TODAY)
    make_document(account_id, "INV-3", open_minor=0, due_on=date(2026, 1, 1))
    for day, amount in ((date(2026, 1, 1), 16_000), (date(2026, 4, 1), -1_000), (date(2026, 5, 1), 5_000)):
        row = {
            "kind": "new",
            "currency": "EUR",
            "plan": "support-pro",
            "country": "ES",
            "yearly_before": "0",
            "yearly_after": "0",
        }
        columns = Movement.__table__.columns.keys()
        extra = {name: 0 for name in ("yearly_before_minor", "yearly_after_minor") if name in columns}
        add(
            Movement(
                account_id=account_id,
                id=derive_id(day, "movement"),
                subscription_id=subscription,
                moved_on=day,
                month=day.year * 100 + day.month,
                amount_minor=amount,
                **{name: value for name, value in (row | extra).items() if name in columns},
            )
        )
    figures = account_card(rep, account_id, TODAY).figures
    assert figures.mrr == Money.of("150", "EUR")  # 160.00 - 10.00; the 50.00 of 1 May are to come
    assert (figures.open, figures.overdue, figures.overdue_invoices) == (
        Money.of("142", "EUR"),  # 121.00 + 21.00
        Money.of("121", "EUR"),  # due today is not overdue
        1,
    )
    assert (figures.seats, figures.assigned, figures.subscriptions, figures.trials) == (10, 0, 1, 0)
    frame = list_accounts(rep, today=TODAY).frame
    assert (frame["mrr_minor"][0], frame["overdue_minor"][0], frame["currency"][0]) == (15_000, 12_100, "EUR")


def test_the_tabs_list_subscriptions_orders_and_invoices_of_the_account_only(rep: Actor, other_rep: Actor) -> None:
    account_id, other = make_account(rep=rep), make_account("other", rep=other_rep)
    make_subscription(account_id, seats=10)
    make_document(account_id, "INV-1", open_minor=12_100, due_on=date(2026, 4, 10))
    make_document(account_id, "INV-2", open_minor=2_100, due_on=TODAY)
    make_document(other, "INV-3", open_minor=0, due_on=TODAY)
    subscriptions = subscriptions_of(rep, account_id, TODAY)
    assert list(subscriptions["seats"]) == [10]
    assert list(invoices_of(rep, account_id, TODAY)["status"]) == ["partly_paid", "overdue"]
    assert orders_of(rep, account_id).empty
    for frame in (subscriptions_of(rep, other, TODAY), invoices_of(rep, other, TODAY), orders_of(rep, other)):
        assert frame.empty


def test_a_licence_manager_sees_accounts_and_no_invoices(rep: Actor, licence_manager: Actor) -> None:
    account_id = make_account(rep=rep)
    make_grant(licence_manager, account_id)
    make_document(account_id, "INV-1", open_minor=12_100, due_on=date(2026, 4, 10))
    figures = account_card(licence_manager, account_id, TODAY).figures
    assert (figures.open, figures.overdue, figures.overdue_invoices) == (None, None, 0)
    assert list(list_accounts(licence_manager, today=TODAY).frame["overdue_minor"]) == [None]
    with pytest.raises(NotAllowed):
        invoices_of(licence_manager, account_id, TODAY)


def test_what_happened_names_who_did_it_and_what_changed(rep: Actor, other_rep: Actor) -> None:
    make_seller("ES")
    form = AccountForm(legal_name="Acme", code="ACME", country="ES", currency="EUR", city="Madrid")
    account_id = create_account(rep, form, today=TODAY).account_id
    card = account_card(rep, account_id, TODAY)
    edit_account(rep, account_id, replace(card.form, city="Getafe"), version=card.version, today=TODAY)
    activity = account_activity(rep, account_id)
    assert activity.total == 2
    latest = activity.rows[0]
    assert (latest.actor, latest.action, latest.subject) == (rep.name, "edit_account", "Acme")
    assert latest.changes == (("city", "Madrid", "Getafe"),)
    with pytest.raises(NotFound):
        account_activity(other_rep, account_id)


def test_search_leads_from_every_number_and_name_to_its_page(rep: Actor, other_rep: Actor) -> None:
    account_id = make_account(rep=rep)
    save_contact(rep, account_id, ContactForm("Ana Ruiz", "ana@acme.example"), today=TODAY)
    make_document(account_id, "INVES-2026-000001", open_minor=0, due_on=TODAY)
    make_purchase_order(account_id, "PO 4711")
    subscription = make_subscription(account_id)
    with access.reading(rep, Permission.SEE_SUBSCRIPTIONS) as session:
        reference = session.scalar(select(Subscription.reference).where(Subscription.id == subscription))
    found = {
        text: [(hit.kind, hit.page) for hit in search(rep, text)]
        for text in ("inves-2026-000001", "2026-000001", "po 4711")
    }
    assert found["inves-2026-000001"] == found["2026-000001"] == [("invoice", "billing/invoice")]
    assert found["po 4711"] == [("purchase_order", "sales/account")]
    (hit,) = search(rep, str(reference))
    assert (hit.kind, hit.ids) == ("subscription", {"account": account_id, "subscription": subscription})
    assert [hit.kind for hit in search(rep, "acme")] == ["account", "contact", "contact"]
    assert [(hit.kind, hit.title) for hit in search(rep, "Ana Ru")] == [("account", "Acme"), ("contact", "Ana Ruiz")]
    for text in ("inves-2026-000001", "po 4711", str(reference), "acme"):
        assert search(other_rep, text) == ()
    assert search(rep, "a") == ()


def test_search_shows_no_invoices_to_who_may_not_see_them(rep: Actor, licence_manager: Actor) -> None:
    account_id = make_account(rep=rep)
    make_grant(licence_manager, account_id)
    make_document(account_id, "INVES-2026-000001", open_minor=0, due_on=TODAY)
    assert search(licence_manager, "INVES-2026-000001") == ()
    assert len(search(licence_manager, "acme")) == 2
