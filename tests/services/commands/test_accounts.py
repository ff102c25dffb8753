"""Accounts created, edited and assigned: works, refuses, is scoped."""

from dataclasses import replace

import pytest
from sqlalchemy import func, select

from data import database
from data.models import Account, AuditEntry, Contact
from services import access
from services.commands.accounts import assign_rep, create_account, edit_account
from services.commands.vat_checks import record_vat_check
from services.errors import Invalid, NotAllowed, NotFound, SelfServiceAccount, StaleForm
from services.permissions import Actor, Permission
from services.queries.accounts import account_card
from services.rules.account_form import AccountForm
from services.rules.contact_form import ContactForm
from tests.builders import TODAY, make_account, make_contact, make_seller, make_subscription, make_team

ACME = AccountForm(
    legal_name="Acme Ibérica, S.L.",
    country="ES",
    currency="EUR",
    street="Gran Vía 2",
    postal_code="28013",
    city="Madrid",
    vat_number="A58818501",
)
ANA = ContactForm("Ana Ruiz", "ana@acme.example")


def stored(account_id: int) -> Account:
    with database.read_session() as session:
        account = session.get(Account, account_id)
        assert account is not None
        session.expunge(account)
        return account


def audit(account_id: int) -> list[AuditEntry]:
    with database.read_session() as session:
        entries = list(session.scalars(select(AuditEntry).where(AuditEntry.account_id == account_id)))
        session.expunge_all()
        return entries


def faults(caught: pytest.ExceptionInfo[Invalid]) -> list[tuple[str, str]]:
    return [(problem.field, problem.code) for problem in caught.value.problems]


def test_a_rep_creates_an_account_and_becomes_its_rep(rep: Actor) -> None:
    make_seller("ES")
    saved = create_account(rep, ACME, billing_contact=ANA, today=TODAY)
    account = stored(saved.account_id)
    assert (account.code, account.rep_id, account.seller) == ("ACME-IBERICA-S-L", rep.user_id, "es")
    assert (account.vat_number, account.vat_state, account.version) == ("ESA58818501", "form_only", 1)
    assert "ana@acme.example" in account.search_text
    assert account_card(rep, saved.account_id, TODAY).missing == ()


def test_a_new_account_leaves_one_audit_row_of_what_was_given(rep: Actor) -> None:
    saved = create_account(rep, ACME, today=TODAY)
    (entry,) = audit(saved.account_id)
    assert (entry.action, entry.actor_id, entry.before) == ("create_account", rep.user_id, None)
    assert entry.after["city"] == "Madrid" and "net_days" not in entry.after


def test_a_second_account_of_a_name_gets_another_code_even_beside_another_reps(rep: Actor, other_rep: Actor) -> None:
    create_account(other_rep, ACME, today=TODAY)
    second = create_account(rep, ACME, today=TODAY)
    assert stored(second.account_id).code == "ACME-IBERICA-S-L-2"


def test_a_code_that_is_taken_by_another_reps_account_is_refused(rep: Actor, other_rep: Actor) -> None:
    create_account(other_rep, replace(ACME, code="ACME"), today=TODAY)
    with pytest.raises(Invalid) as caught:
        create_account(rep, replace(ACME, code="ACME"), today=TODAY)
    assert faults(caught) == [("code", "duplicate")]


def test_a_faulty_form_writes_nothing(rep: Actor) -> None:
    with pytest.raises(Invalid) as caught:
        create_account(
            rep, replace(ACME, vat_number="A58818502"), billing_contact=replace(ANA, email="ana"), today=TODAY
        )
    assert faults(caught) == [("vat_number", "vat_wrong_check_digit"), ("email", "not_an_email")]
    with database.read_session() as session:
        assert session.scalar(select(func.count()).select_from(Account)) == 0


def test_a_rep_names_nobody_else_and_a_manager_does(rep: Actor, other_rep: Actor, manager: Actor) -> None:
    with pytest.raises(NotAllowed):
        create_account(rep, ACME, rep_id=other_rep.user_id, today=TODAY)
    saved = create_account(manager, ACME, rep_id=other_rep.user_id, today=TODAY)
    assert stored(saved.account_id).rep_id == other_rep.user_id


def test_a_licence_manager_may_not_create(licence_manager: Actor) -> None:
    with pytest.raises(NotAllowed):
        create_account(licence_manager, ACME, today=TODAY)


def test_terms_above_the_legal_maximum_are_saved_with_a_warning(rep: Actor) -> None:
    saved = create_account(rep, replace(ACME, net_days=90), today=TODAY)
    assert [(problem.field, problem.code) for problem in saved.warnings] == [("net_days", "terms_above_legal")]


def edited(actor: Actor, account_id: int, *, version: int = 1, **changes: object) -> int:
    form = account_card(actor, account_id, TODAY).form
    saved = edit_account(actor, account_id, replace(form, **changes), version=version, today=TODAY)  # type: ignore[arg-type]
    return saved.version


def test_an_edit_writes_what_changed_and_its_audit_only_that(rep: Actor) -> None:
    account_id = make_account(rep=rep)
    assert edited(rep, account_id, city="Getafe", net_days=60) == 2
    assert (stored(account_id).city, stored(account_id).net_days) == ("Getafe", 60)
    (entry,) = audit(account_id)
    assert entry.before == {"city": "Madrid", "net_days": 30}
    assert entry.after == {"city": "Getafe", "net_days": 60}
    assert "getafe" in stored(account_id).search_text


def test_an_edit_that_changes_nothing_writes_nothing(rep: Actor) -> None:
    account_id = make_account(rep=rep)
    assert edited(rep, account_id) == 1
    assert audit(account_id) == []


def test_a_form_opened_before_somebody_elses_change_is_refused(rep: Actor) -> None:
    account_id = make_account(rep=rep)
    edited(rep, account_id, city="Getafe")
    with pytest.raises(StaleForm):
        edited(rep, account_id, version=1, city="Toledo")
    assert stored(account_id).city == "Getafe"


def test_another_vat_number_loses_its_confirmation(rep: Actor) -> None:
    account_id = make_account(rep=rep, vat_consultation="X1", vat_checked_on=TODAY)
    edited(rep, account_id, vat_number="ESB58378431")
    account = stored(account_id)
    assert (account.vat_state, account.vat_consultation, account.vat_checked_on) == ("form_only", "", None)


def test_country_and_currency_stay_once_something_was_sold(rep: Actor) -> None:
    account_id = make_account(rep=rep, vat_number="")
    assert edited(rep, account_id, country="PT") == 2
    make_subscription(account_id)
    with pytest.raises(Invalid) as caught:
        edited(rep, account_id, version=2, country="ES", currency="USD")
    assert faults(caught) == [("country", "fixed_after_invoice"), ("currency", "fixed_after_invoice")]


def test_a_self_service_account_is_read_only(rep: Actor, manager: Actor) -> None:
    account_id = make_account(rep=rep, kind="self_service")
    with pytest.raises(SelfServiceAccount):
        edited(rep, account_id, city="Getafe")
    with pytest.raises(SelfServiceAccount):
        assign_rep(manager, account_id, rep_id=None, team_id=None, version=1)


def test_another_reps_account_does_not_exist(rep: Actor, other_rep: Actor) -> None:
    account_id = make_account(rep=other_rep)
    with pytest.raises(NotFound):
        edit_account(rep, account_id, ACME, version=1, today=TODAY)


def test_a_manager_gives_an_account_to_a_rep_and_a_team(rep: Actor, other_rep: Actor, manager: Actor) -> None:
    account_id = make_account(rep=rep)
    team = make_team("Corporate Account Services", other_rep)
    assert assign_rep(manager, account_id, rep_id=None, team_id=team, version=1).version == 2
    (entry,) = audit(account_id)
    assert (entry.before, entry.after) == (
        {"rep_id": rep.user_id, "rep": rep.name, "team_id": None, "team": None},
        {"rep_id": None, "rep": None, "team_id": team, "team": "Corporate Account Services"},
    )
    with pytest.raises(NotFound):
        account_card(rep, account_id, TODAY)
    member = access.identify(other_rep.user_id, TODAY)
    assert account_card(member, account_id, TODAY).account_id == account_id


def test_only_who_may_assign_assigns_and_only_to_sellers(rep: Actor, finance: Actor, manager: Actor) -> None:
    account_id = make_account(rep=rep)
    for actor in (rep, finance):
        with pytest.raises(NotAllowed):
            assign_rep(actor, account_id, rep_id=rep.user_id, team_id=None, version=1)
    with pytest.raises(Invalid) as caught:
        assign_rep(manager, account_id, rep_id=finance.user_id, team_id=5, version=1)
    assert faults(caught) == [("rep", "not_a_choice"), ("team", "not_a_choice")]


def test_finance_confirms_a_vat_number_with_its_consultation_number(rep: Actor, finance: Actor) -> None:
    account_id = make_account(rep=rep, vat_state="form_only")
    version = record_vat_check(
        finance, account_id, is_confirmed=True, checked_on=TODAY, consultation=" WAPI 1 ", version=1, today=TODAY
    )
    account = stored(account_id)
    assert (version, account.vat_state, account.vat_consultation, account.vat_checked_on) == (
        2,
        "confirmed",
        "WAPI 1",
        TODAY,
    )
    (entry,) = audit(account_id)
    assert entry.after["vat_number"] == "ESA58818501"


def test_a_confirmation_needs_its_number_a_past_day_and_finance(rep: Actor, finance: Actor) -> None:
    account_id = make_account(rep=rep)
    later = TODAY.replace(day=30)
    with pytest.raises(Invalid) as caught:
        record_vat_check(finance, account_id, is_confirmed=True, checked_on=later, version=1, today=TODAY)
    assert faults(caught) == [("vat_consultation", "required"), ("vat_checked_on", "day_in_future")]
    with pytest.raises(Invalid) as caught:
        card = "4111 1111 1111 1111"
        record_vat_check(
            finance, account_id, is_confirmed=True, checked_on=TODAY, consultation=card, version=1, today=TODAY
        )
    assert faults(caught) == [("vat_consultation", "card_number")]
    with pytest.raises(NotAllowed):
        record_vat_check(rep, account_id, is_confirmed=False, checked_on=TODAY, version=1, today=TODAY)


def test_the_database_holds_one_billing_contact(rep: Actor) -> None:
    account_id = make_account(rep=rep)
    with pytest.raises(Exception, match=r"(?i)unique"):
        make_contact(account_id, email="second@acme.example", is_billing_contact=True)
    with access.reading(rep, Permission.SEE_ACCOUNTS) as session:
        assert session.scalar(select(func.count()).where(Contact.is_billing_contact)) == 1
