"""Rows an import refuses, each with its number, field and reason; and what it takes though it looks evil."""

from datetime import date

import pytest

from data.models import Account
from services.commands.imports import remember_map
from services.errors import NotAllowed
from services.permissions import Actor
from services.queries.imports import open_file, plan_import, unknown_values
from services.rules.import_mapping import suggest
from services.rules.tables import Row, Table
from services.words.i18n import Words
from services.words.texts import sentence
from tests.builders import make_account, make_subscription
from tests.import_files import NEW, REFUSED, UNCHANGED, apply, count, plan, problems, stored, verdicts


@pytest.mark.parametrize(
    ("row", "field", "code"),
    [
        (",Acme,ES,EUR,,,,", "code", "required"),
        ("A1,,ES,EUR,,,,", "legal_name", "required"),
        ("A1,Acme,Atlantis,EUR,,,,", "country", "value_unknown"),
        ("A1,Acme,ES,XXQ,,,,", "currency", "value_unknown"),
        ("A1,Acme,ES,EUR,,not-a-mail,Ana,", "contact_email", "not_an_email"),
        ("A1,Acme,ES,EUR,,,Ana,", "contact_email", "email_without_name"),
        ("A1,4111 1111 1111 1111,ES,EUR,,,,", "legal_name", "card_number"),
        ("A1," + "x" * 300 + ",ES,EUR,,,,", "legal_name", "too_long"),
        ("A1,Acme,ES", "row", "cell_count"),
        ("A1,Acme,ES,EUR,,,,,,more", "row", "cell_count"),
        ("A1,Acme,ES,EUR,,,,other_rep@portal.example", "rep_email", "rep_not_yours_to_choose"),
    ],
)
def test_a_faulty_row_is_refused_with_its_number_and_field(
    rep: Actor, other_rep: Actor, row: str, field: str, code: str
) -> None:
    found = plan(rep, "G1,Good,ES,EUR,,,,", row)
    assert problems(found) == [(3, field, code)]
    said = sentence(found.rows[1].problems[0], Words("en"))
    assert "–" not in said.split(":")[0]
    apply(rep, found)
    assert count(Account) == 1  # the good row is in, the faulty one is not


@pytest.mark.parametrize(
    "name", ["=cmd()|' /C calc'!A0", "![x](https://evil.example/i.png)", "Ærø 😀 & Söhne", "<script>"]
)
def test_evil_names_come_in_as_they_are(rep: Actor, name: str) -> None:
    apply(rep, plan(rep, f'A1,"{name}",ES,EUR,,,,'))
    assert stored("A1").legal_name == name
    assert verdicts(plan(rep, f"""A1,"{"'" if name[0] == "=" else ""}{name}",ES,EUR,,,,""")) == [UNCHANGED]


@pytest.mark.parametrize(("name", "code"), [("A\u202egpj.exe", "direction_override"), ("A\x07B", "control_character")])
def test_names_with_characters_nobody_can_see_are_refused(rep: Actor, name: str, code: str) -> None:
    assert problems(plan(rep, f"A1,{name},ES,EUR,,,,")) == [(2, "legal_name", code)]


def test_a_code_that_stands_twice_is_refused_the_second_time(rep: Actor) -> None:
    found = plan(rep, "A1,Acme,ES,EUR,,,,", "A1,Acme again,ES,EUR,,,,")
    assert verdicts(found) == [NEW, REFUSED]
    assert found.rows[1].problems[0].values == {"value": "A1", "row": 2}


def test_accounts_of_others_are_refused_without_a_word_about_them(rep: Actor, other_rep: Actor) -> None:
    make_account("secret", rep=other_rep, legal_name="Secret Holding", city="Bern")
    found = plan(rep, "secret,Acme,ES,EUR,,,,")
    assert problems(found) == [(2, "code", "belongs_to_another")]
    assert "Secret" not in repr(found.rows)
    assert "Bern" not in repr(found.rows)
    assert apply(rep, found) == []
    assert stored("secret").legal_name == "Secret Holding"


def test_a_self_service_account_is_read_only(rep: Actor) -> None:
    make_account("self", rep=rep, kind="self_service")
    assert problems(plan(rep, "self,Other,,,,,,")) == [(2, "code", "read_only_account")]


def test_the_country_is_fixed_once_a_paid_subscription_runs(rep: Actor) -> None:
    make_subscription(make_account("acme", rep=rep, vat_number=""))
    assert problems(plan(rep, "acme,,FR,,,,,")) == [(2, "country", "fixed_after_invoice")]


def test_only_those_who_may_import_do(finance: Actor, licence_manager: Actor, rep: Actor) -> None:
    found = plan(rep, "A1,Acme,ES,EUR,,,,")
    for actor in (finance, licence_manager):
        with pytest.raises(NotAllowed):
            open_file(actor, b"Code,Name\nA1,Acme\n")
        with pytest.raises(NotAllowed):
            plan(actor, "A1,Acme,ES,EUR,,,,")
        with pytest.raises(NotAllowed):
            apply(actor, found)
        with pytest.raises(NotAllowed):
            remember_map(actor, "shape", suggest(["Code", "Name"]))
    assert count(Account) == 0


def test_values_that_want_a_translation_are_counted(rep: Actor) -> None:
    table = open_file(rep, b"Code,Name,Country\n1,A,Minnesota\n2,B,Minnesota\n3,C,Spain\n4,D,Ruritania\n")
    found = unknown_values(table, suggest(table.header))
    assert [(u.field, u.text, u.rows) for u in found] == [("country", "Minnesota", 2), ("country", "Ruritania", 1)]


def test_formulas_in_mapped_columns_refuse_their_row(rep: Actor) -> None:
    rows = (Row(2, ("A1", "=1+1", "x"), frozenset({1})), Row(3, ("A2", "Beta", "=2"), frozenset({2})))
    table = Table(("Code", "Name", "Note"), rows)
    found = plan_import(rep, table, suggest(table.header), today=date(2026, 4, 11))
    assert problems(found) == [(2, "legal_name", "formula_cell")]
