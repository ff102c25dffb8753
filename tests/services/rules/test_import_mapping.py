"""Column maps: suggested from headers, kept as plain data, and what they make of a row's cells."""

import tomllib

import pytest

from services.errors import ColumnsMissing, FieldsUnmapped, MapMalformed
from services.rules.import_mapping import ColumnMap, Reader, Source, from_plain, make_map, suggest, to_plain
from services.rules.import_steps import Step, restore, walk

PLACE = "Headquarters Location"


@pytest.mark.parametrize(
    ("cell", "steps", "text"),
    [
        ("Saint Paul, Minnesota", ["last_part"], "Minnesota"),
        ("Saint Paul, Minnesota", ["last_part", "state_to_us"], "US"),
        ("West Falls Church, Virginia[2]", ["last_part", "strip_footnotes"], "Virginia"),
        ("Columbus, Ohio; Detroit, Michigan", ["first_of_several", "last_part", "state_code"], "OH"),
        ("Warmley, Bristol, United Kingdom", ["all_but_last_part"], "Warmley, Bristol"),
        ("Warmley, Bristol, United Kingdom", ["last_part", "state_code"], ""),
        ("Washington, D.C.", ["last_part", "state_code"], "DC"),
        ("none", ["blank_if_none"], ""),
        ("Ninguno", ["blank_if_none"], ""),
        ("2013 (1888)", ["without_brackets"], "2013"),
        ("732 829-320", ["digits"], "732829320"),
        ("  Acme \n Inc ", [], "Acme Inc"),
        ("Ana \U0001f469\u200d\U0001f4bb", [], "Ana \U0001f469\u200d\U0001f4bb"),  # an emoji keeps its joiner
    ],
)
def test_steps(cell: str, steps: list[str], text: str) -> None:
    assert walk(cell, [Step(step) for step in steps]) == text


@pytest.mark.parametrize("text", ["=cmd()", "+34 91", "-5", "@home"])
def test_cells_guarded_by_an_export_are_restored(text: str) -> None:
    assert restore(f"'{text}") == text
    assert restore(text) == text
    assert restore("'t Hooft") == "'t Hooft"


def test_english_and_spanish_headers_suggest_a_map() -> None:
    english = suggest(["Account code", "Company name", "Country", "ZIP code", "E-mail", "Payment terms"])
    assert [name for name, _ in english.sources] == [
        "code", "legal_name", "country", "postal_code", "contact_email", "net_days",
    ]  # fmt: skip
    spanish = suggest(["N.º de cliente", "RAZÓN SOCIAL", "País", "Código postal", "Correo electrónico", "CIF"])
    assert {name: source.column for name, source in spanish.sources} == {
        "code": "N.º de cliente",
        "legal_name": "RAZÓN SOCIAL",
        "country": "País",
        "postal_code": "Código postal",
        "contact_email": "Correo electrónico",
        "vat_number": "CIF",
    }


def test_a_column_of_whole_places_suggests_country_city_and_region() -> None:
    found = suggest(["Symbol", "Security", PLACE])
    assert {name for name, source in found.sources if source.column == PLACE} == {"country", "city", "region"}
    reader = Reader.of(found, ["Symbol", "Security", PLACE])
    texts = reader.texts(("NOC", "Northrop Grumman", "West Falls Church, Virginia[2]"))
    assert (texts["country"], texts["city"], texts["region"]) == ("US", "West Falls Church", "VA")


def test_a_map_has_columns_constants_defaults_and_translations() -> None:
    columns = from_plain(
        tomllib.loads("""
        [fields.code]
        column = "Id"
        [fields.legal_name]
        column = "Name"
        [fields.country]
        column = "State"
        default = "ES"
        translations = "states"
        [fields.currency]
        constant = "USD"
        [tables.states]
        Minnesota = "US"
        """)
    )
    reader = Reader.of(columns, ["Id", "Name", "State"])
    assert reader.texts(("1", "Acme", "MINNESOTA")) == {
        "code": "1", "legal_name": "Acme", "country": "US", "currency": "USD",
    }  # fmt: skip
    assert reader.texts(("1", "Acme", ""))["country"] == "ES"
    assert from_plain(to_plain(columns)) == columns


@pytest.mark.parametrize(
    "plain",
    [
        None,
        {},
        {"fields": {}},
        {"fields": {"password": {"column": "x"}}},
        {"fields": {"code": "Id"}},
        {"fields": {"code": {"column": 5}}},
        {"fields": {"code": {"column": "Id", "constant": "x"}}},
        {"fields": {"code": {"column": "Id", "steps": ["eval"]}}},
        {"fields": {"code": {"column": "Id", "steps": [["last_part"]]}}},
        {"fields": {"code": {"column": "Id", "translations": "nowhere"}}},
        {"fields": {"code": {"column": "Id", "python": "exit()"}}},
    ],
)
def test_a_malformed_map_names_its_place(plain: object) -> None:
    with pytest.raises(MapMalformed) as refusal:
        from_plain(plain)
    assert refusal.value.values["place"].startswith("[fields")


def test_a_map_that_does_not_fit_the_file_is_refused() -> None:
    columns = make_map({"code": Source("Id"), "legal_name": Source("Firm"), "city": Source("Town")})
    with pytest.raises(ColumnsMissing) as refusal:
        columns.fits(["Id", "Name"])
    assert refusal.value.values["columns"] == ["Firm", "Town"]
    with pytest.raises(FieldsUnmapped) as unmapped:
        make_map({"code": Source("Id"), "legal_name": Source(default="Acme")}).fits(["Id"])
    assert unmapped.value.values["missing"] == ["legal_name"]


def test_maps_are_hashable_values() -> None:
    assert hash(ColumnMap(())) == hash(make_map({}))
