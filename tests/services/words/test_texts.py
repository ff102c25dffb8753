"""Every refusal and every problem of a form has its sentence, and shows its values in the reader's language."""

import ast
import importlib
import pkgutil
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

import services
from data.money import Money
from services.errors import Invalid, NotFound, PriceChanged, Problem, Refusal
from services.permissions import Permission, Role
from services.rules.nights import StepKind
from services.words.activity_texts import ACTIONS
from services.words.i18n import Words, placeholders
from services.words.labels import ENUMS, FIELDS
from services.words.problems import PROBLEMS
from services.words.texts import REFUSALS, sentence, sentences

ROOT = Path(__file__).parents[3]
EN, ES = Words("en"), Words("es")


def refusals(kind: type[Refusal] = Refusal) -> Iterator[type[Refusal]]:
    for module in pkgutil.walk_packages(services.__path__, "services."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    yield kind
    for below in kind.__subclasses__():
        yield from refusals_below(below)


def refusals_below(kind: type[Refusal]) -> Iterator[type[Refusal]]:
    yield kind
    for below in kind.__subclasses__():
        yield from refusals_below(below)


def problem_codes() -> dict[str, str]:
    """Each literal code given to a Problem, with the file that says it."""
    found = {}
    for path in sorted((ROOT / "services").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) == "Problem":
                given = [*node.args[1:2], *(word.value for word in node.keywords if word.arg == "code")]
                for code in given:
                    if isinstance(code, ast.Constant):
                        found[code.value] = path.name
    return found


def test_every_refusal_has_a_sentence():
    ours = {kind.code for kind in refusals() if kind.__module__.startswith("services.")} - {"invalid"}
    assert ours - set(REFUSALS) == set()


def test_every_problem_has_a_sentence():
    assert {code: where for code, where in problem_codes().items() if code not in PROBLEMS} == {}


def test_roles_and_permissions_have_words():
    assert set(ENUMS["Role"]) == set(Role)
    assert set(ENUMS["Permission"]) == set(Permission)


def test_a_problem_names_its_field():
    said = sentence(Problem("vat_number", "required"), EN)
    assert said.startswith("VAT number:") and "{" not in said


@pytest.mark.parametrize("code", PROBLEMS)
def test_a_problems_sentence_names_the_field(code):
    assert "field" in placeholders(PROBLEMS[code]) or PROBLEMS[code].partition(":")[0] in {*FIELDS.values()}, code


def test_values_are_shown_by_type_and_language():
    said = PriceChanged(agreed=Money.of("1114.52", "EUR"), now=Money.of("1120", "EUR"))
    assert "€1,114.52" in sentence(said, EN)
    assert "1.114,52\u00a0€" in sentence(said, ES)


def test_codes_become_words():
    from services.errors import NotAllowed

    said = NotAllowed(permission=Permission.CREDIT_INVOICES, roles=(Role.FINANCE, Role.ADMIN))
    assert sentence(said, ES) == (
        "Su función no lo permite (abonar facturas). "
        "Pídaselo a alguien con una de estas funciones: finanzas y administrador."
    )
    assert "invoice" in sentence(NotFound(kind="invoice"), EN)


def test_a_value_that_is_missing_shows_as_a_dash():
    assert "–" in sentence(PriceChanged(), EN)


def test_an_invalid_form_says_each_problem():
    both = Invalid(Problem("name", "required"), Problem("seats", "too_large", {"limit": 1000}))
    assert sentences(both, ES) == ("Nombre: introduzca un valor.", "Licencias: como máximo 1.000.")
    assert sentence(both, EN) == "Name: enter a value.\nSeats: at most 1,000."


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (date(2027, 4, 11), "11 abr 2027"),
        (Decimal("12.5"), "12,5"),
        (1234567, "1.234.567"),
        (("a", "b", "c"), "a, b y c"),
        ("{x}", "{x}"),
        (None, ""),
    ],
)
def test_a_value_is_put_in_by_type(value, expected):
    assert ES.t("{value}", value=value) == expected


def test_english_reads_as_english_wherever_the_seller_sits():
    assert Words("en", "ES").money(Money.of("1440", "EUR")) == "€1,440.00"
    assert Words("en", "US").day(date(2026, 4, 11)) == "Apr 11, 2026"
    assert Words("es", "MX").money(Money.of("1440.5", "MXN")) == "$1,440.50"
    assert Words("es", "JP").money(Money.of("1440", "JPY")) == "1.440\u00a0JPY"


def test_a_period_is_printed_with_its_last_day_and_a_price_as_fine_as_it_is():
    from data.period import Period

    assert EN.period(Period(date(2026, 4, 11), date(2027, 4, 11))) == "11 Apr 2026 – 10 Apr 2027"
    assert EN.period(Period(date(2026, 4, 11), date(2026, 4, 12))) == "11 Apr 2026"
    assert ES.unit_price(Decimal("0.0125"), "EUR") == "0,0125\u00a0€"
    assert ES.unit_price(Decimal("16"), "EUR") == "16,00\u00a0€"
    assert ES.percent(Decimal("21.0")) == "21\u00a0%"


def test_what_happens_on_an_account_has_its_words() -> None:
    recorded = {step.value for step in StepKind}
    for file in (ROOT / "services").rglob("*.py"):
        calls = [node for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.Call)]
        for call in calls:
            of_account = any(word.arg == "account_id" for word in call.keywords)
            if of_account and ast.unparse(call.func).endswith("record") and isinstance(call.args[1], ast.Constant):
                recorded.add(call.args[1].value)
    assert len(recorded) > 30
    assert recorded - set(ACTIONS) == set()
