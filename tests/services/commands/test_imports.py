"""Imports of accounts: every row's verdict beforehand, applied in chunks, and harmless the second time."""

import pytest
from sqlalchemy import event, select

from data import database
from data.identity import account_id
from data.models import Account, AuditEntry, Contact, ImportMap
from services import access
from services.commands import imports as commands
from services.commands.imports import apply_import, remember_map
from services.permissions import Actor
from services.queries import imports as queries
from services.queries.imports import open_file, remembered_map, reps
from services.rules.import_mapping import Source, make_map
from tests.builders import TODAY, make_account, make_seller, make_team
from tests.import_files import CHANGED, NEW, REFUSED, UNCHANGED, apply, count, plan, problems, stored, verdicts


def test_an_import_writes_new_accounts_of_the_rep_with_their_billing_contacts(rep: Actor) -> None:
    make_seller("ES")
    found = plan(rep, "A1,Acme SA,Spain,EUR,Madrid,ana@acme.example,Ana Ruiz,", "B2,Beta GmbH,DE,EUR,Berlin,,,")
    assert verdicts(found) == [NEW, NEW]
    assert [row.verdict for row in apply(rep, found)] == [NEW, NEW]
    acme = stored("A1")
    assert (acme.legal_name, acme.country, acme.rep_id, acme.seller) == ("Acme SA", "ES", rep.user_id, "es")
    assert acme.search_text == "acme sa a1 madrid ana ruiz ana@acme.example"
    with database.read_session() as session:
        contact = session.scalars(select(Contact)).one()
        assert (contact.account_id, contact.name, contact.is_billing_contact) == (acme.id, "Ana Ruiz", True)
        actions = session.scalars(select(AuditEntry.action).order_by(AuditEntry.action)).all()
    assert actions == ["import_account", "import_account", "import_accounts"]


def test_the_same_file_twice_changes_nothing(rep: Actor) -> None:
    rows = ["A1,Acme SA,Spain,EUR,Madrid,ana@acme.example,Ana Ruiz,", "B2,Beta,DE,EUR,Berlin,,,"]
    apply(rep, plan(rep, *rows))
    before = (count(Account), count(AuditEntry), count(Contact), stored("A1").version)
    again = plan(rep, *rows)
    assert verdicts(again) == [UNCHANGED, UNCHANGED]
    assert apply(rep, again) == []
    assert (count(Account), count(AuditEntry), count(Contact), stored("A1").version) == before


def test_a_change_names_its_fields_and_empty_cells_leave_what_is_there(rep: Actor) -> None:
    make_account("acme", rep=rep)
    found = plan(rep, "acme,Acme Nueva,,,Sevilla,,,")
    assert verdicts(found) == [CHANGED]
    assert [(c.field, c.old, c.new) for c in found.rows[0].changes] == [
        ("legal_name", "Acme", "Acme Nueva"),
        ("city", "Madrid", "Sevilla"),
    ]
    apply(rep, found)
    acme = stored("acme")
    assert (acme.legal_name, acme.city, acme.country, acme.version) == ("Acme Nueva", "Sevilla", "ES", 2)
    assert "sevilla" in acme.search_text
    assert "billing@acme.example" in acme.search_text
    with database.read_session() as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "edit_account")).one()
        assert (entry.before, entry.after) == (
            {"legal_name": "Acme", "city": "Madrid"},
            {"legal_name": "Acme Nueva", "city": "Sevilla"},
        )


def test_another_mail_address_is_another_billing_contact(rep: Actor) -> None:
    acme = make_account("acme", rep=rep)
    found = plan(rep, "acme,,,,,eva@acme.example,Eva Gil,")
    assert [c.field for c in found.rows[0].changes] == ["contact_name", "contact_email"]
    assert [row.verdict for row in apply(rep, found)] == [CHANGED]
    with database.read_session() as session:
        people = session.execute(
            select(Contact.email, Contact.is_billing_contact).where(Contact.account_id == acme).order_by(Contact.email)
        ).all()
    assert [tuple(person) for person in people] == [("billing@acme.example", False), ("eva@acme.example", True)]
    assert verdicts(plan(rep, "acme,,,,,eva@acme.example,Eva Gil,")) == [UNCHANGED]


def test_a_confirmed_vat_number_that_changes_loses_its_confirmation(rep: Actor) -> None:
    make_account("acme", rep=rep)
    found = plan(rep, "acme,,B58378431", header="Code,Name,VAT number\n")
    assert [row.verdict for row in apply(rep, found)] == [CHANGED]
    assert stored("acme").vat_state == "form_only"


def test_accounts_of_the_own_team_can_be_changed(rep: Actor, other_rep: Actor) -> None:
    team = make_team("Corporate Account Services", rep)
    make_account("shared", rep=other_rep, team_id=team)
    member = access.identify(rep.user_id, TODAY)
    found = plan(member, "shared,Shared Nueva,,,,,,")
    assert verdicts(found) == [CHANGED]
    apply(member, found)
    assert (stored("shared").legal_name, stored("shared").rep_id) == ("Shared Nueva", other_rep.user_id)


def test_a_manager_chooses_a_rep_or_maps_a_column(manager: Actor, rep: Actor, other_rep: Actor) -> None:
    found = plan(
        manager,
        "A1,Acme,ES,EUR,,,,other_rep@portal.example",
        "B2,Beta,ES,EUR,,,,",
        "C3,Gamma,ES,EUR,,,,nobody@portal.example",
        rep_id=rep.user_id,
    )
    assert problems(found) == [(4, "rep_email", "unknown_rep")]
    apply(manager, found)
    assert (stored("A1").rep_id, stored("B2").rep_id) == (other_rep.user_id, rep.user_id)
    moved = plan(manager, "B2,,,,,,,other_rep@portal.example")
    assert [(c.field, c.old, c.new) for c in moved.rows[0].changes] == [
        ("rep_email", "sales_rep@portal.example", "other_rep@portal.example")
    ]
    apply(manager, moved)
    assert stored("B2").rep_id == other_rep.user_id
    assert {found.email for found in reps(manager)} >= {"other_rep@portal.example", "sales_rep@portal.example"}
    assert reps(rep) == ()


def test_incomplete_accounts_come_in_and_say_what_they_lack(rep: Actor) -> None:
    found = plan(rep, "A1,Acme,,,,,,")
    assert verdicts(found) == [NEW]
    assert found.incomplete[0].missing[:2] == ("country", "currency")
    assert "billing_contact" in found.incomplete[0].missing
    apply(rep, found)
    assert stored("A1").country == ""


def test_what_changed_since_the_look_is_not_overwritten(rep: Actor) -> None:
    make_account("acme", rep=rep)
    found = plan(rep, "acme,Acme Nueva,,,,,,", "N1,New,ES,EUR,,,,", "N2,Newer,ES,EUR,,,,")
    with database.write_session() as session:
        session.get_one(Account, account_id("acme")).legal_name = "Acme de otra persona"
    apply(rep, plan(rep, "N1,New from elsewhere,ES,EUR,,,,"))
    outcome = apply(rep, found)
    assert [(row.verdict, [p.code for p in row.problems]) for row in outcome] == [
        (REFUSED, ["changed_meanwhile"]),
        (REFUSED, ["changed_meanwhile"]),
        (NEW, []),
    ]
    assert stored("acme").legal_name == "Acme de otra persona"
    assert stored("N1").legal_name == "New from elsewhere"


def test_an_import_that_was_stopped_goes_on_where_it_was(rep: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commands, "CHUNK", 2)
    rows = [f"A{n},Acme {n},ES,EUR,,,," for n in range(5)]
    steps = apply_import(rep, plan(rep, *rows))
    first = next(steps)
    assert (first.done, first.total) == (2, 5)
    steps.close()  # the browser was closed
    assert count(Account) == 2
    again = plan(rep, *rows)
    assert verdicts(again) == [UNCHANGED, UNCHANGED, NEW, NEW, NEW]
    apply(rep, again)
    assert count(Account) == 5


def test_a_row_the_database_refuses_spoils_no_other(rep: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    found = plan(rep, "A1,Acme,ES,EUR,,,,", "B2,Beta,ES,EUR,,,,", "C3,Gamma,ES,EUR,,,,")
    write = commands.search_text
    monkeypatch.setattr(
        commands, "search_text", lambda form, words: "x" * 3000 if form.code == "B2" else write(form, words)
    )
    outcome = apply(rep, found)
    assert [(row.verdict, [p.code for p in row.problems]) for row in outcome] == [
        (NEW, []),
        (REFUSED, ["not_stored"]),
        (NEW, []),
    ]
    assert count(Account) == 2


def test_a_thousand_rows_take_a_handful_of_statements_a_chunk(rep: Actor) -> None:
    found = plan(rep, *[f"A{n},Acme {n},ES,EUR,Madrid,a{n}@x.example,Ana {n}," for n in range(1000)])
    statements: list[str] = []
    listen = lambda *given: statements.append(given[2])  # noqa: E731
    event.listen(database.engine(), "before_cursor_execute", listen)
    apply(rep, found)
    event.remove(database.engine(), "before_cursor_execute", listen)
    chunks = 1000 // queries.CHUNK
    assert len([text for text in statements if text.startswith("INSERT INTO accounts")]) <= 4 * chunks
    assert len(statements) < 40 * chunks
    assert count(Account) == 1000


def test_a_map_is_remembered_for_files_of_the_same_shape(rep: Actor, other_rep: Actor) -> None:
    table = open_file(rep, b"Id,Firm\nA1,Acme\n")
    assert remembered_map(rep, table) is None
    columns = make_map({"code": Source("Id"), "legal_name": Source("Firm"), "currency": Source(default="EUR")})
    remember_map(rep, table.shape, columns)
    assert remembered_map(other_rep, open_file(other_rep, b"FIRM;id\nAcme;A1\n")) == columns
    assert remembered_map(rep, open_file(rep, b"Id,Name\nA1,Acme\n")) is None
    better = make_map({"code": Source("Id"), "legal_name": Source("Firm")})
    remember_map(other_rep, table.shape, better)
    assert remembered_map(rep, table) == better
    with database.write_session() as session:
        session.get_one(ImportMap, (table.shape, "accounts")).mapping = {"fields": {"gone": {"column": "x"}}}
    assert remembered_map(rep, table) is None
