"""Every sentence of the portal exists in Spanish, with the same placeholders."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.pofile import read_po

from services.words.i18n import Words, catalog_files, placeholders

ROOT = Path(__file__).parents[3]
MARKS = {"_", "t", "N_", "tn"}


def literals(tree: ast.AST) -> Iterator[tuple[str, ...]]:
    """The texts of `_("…")`, `words.t("…")`, `N_("…")` and the pairs of `tn("…", "…", n)`."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if name not in MARKS:
            continue
        texts = [arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
        if name == "tn" and len(texts) >= 2:
            yield (texts[0], texts[1])
        elif texts and name != "tn":
            yield (texts[0],)


def extracted() -> dict[tuple[str, ...], str]:
    """Each sentence with the first place that says it."""
    found: dict[tuple[str, ...], str] = {}
    for folder in ("services", "dashboard", "pages"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            for texts in literals(ast.parse(path.read_text(encoding="utf-8"))):
                if texts[0]:
                    found.setdefault(texts, str(path.relative_to(ROOT)))
    return found


def messages() -> Iterator[tuple[str, Message]]:
    for path in catalog_files("es") + catalog_files("es_419"):
        with path.open(encoding="utf-8") as file:
            for message in read_po(file, locale=path.parent.name):
                if message.id:
                    yield f"{path.parent.name}/{path.name}", message


def both(message: Message) -> tuple[tuple[str, ...], tuple[str, ...]]:
    ids = message.id if isinstance(message.id, tuple) else (message.id,)
    said = message.string if isinstance(message.string, tuple) else (message.string,)
    return ids, said


def test_every_sentence_has_a_spanish_translation():
    translated = {both(message)[0] for where, message in messages() if where.startswith("es/")}
    missing = {texts: where for texts, where in extracted().items() if texts not in translated}
    assert not missing, "\n".join(f"{where}: {texts!r}" for texts, where in missing.items())


def test_translations_are_complete_and_keep_the_placeholders():
    wrong = []
    for where, message in messages():
        ids, said = both(message)
        if message.fuzzy or not all(said):
            wrong.append(f"{where}: {ids[0]!r} is empty or fuzzy")
        expected = placeholders(ids[-1])
        wrong += [f"{where}: {ids[0]!r} loses a placeholder" for text in said if placeholders(text) != expected]
    assert not wrong, "\n".join(wrong)


def test_two_files_never_translate_one_sentence_differently():
    seen: dict[tuple[str, ...], tuple[str, tuple[str, ...]]] = {}
    wrong = []
    for where, message in messages():
        if not where.startswith("es/"):
            continue
        ids, said = both(message)
        first = seen.setdefault(ids, (where, said))
        if first[1] != said:
            wrong.append(f"{ids[0]!r}: {first[0]} says {first[1]}, {where} says {said}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(("region", "expected"), [("ES", "Factura rectificativa"), ("MX", "Nota de crédito")])
def test_latin_america_overrides_what_spain_says(region, expected):
    assert Words("es", region).t("Credit note") == expected
