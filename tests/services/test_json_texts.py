"""The JSON that rows and seals hold: what orjson cannot write is written as `json` does."""

import json
from datetime import date
from decimal import Decimal

import pytest

from services.bulk import json_encoder, json_text

_canonical = json_encoder(sort_keys=True)


def test_a_seal_s_text_is_what_the_standard_library_writes() -> None:
    value = {"é": 'quote " back\\slash', "a": ["\x00\x1f\x7f\u2028", 1, -5, True, None], "Z": {"2": 2**63, "10": ""}}
    assert _canonical(value) == json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


@pytest.mark.parametrize("value", [{"n": 2**64}, {1: "a"}, ["half \ud800"]])
def test_what_orjson_refuses_is_written_all_the_same(value: object) -> None:
    assert json_text(value) == json.dumps(value, separators=(",", ":"))


@pytest.mark.parametrize("value", [{"d": date(2026, 1, 1)}, {"d": Decimal("1.10")}, {"d": object()}])
def test_what_has_no_one_text_is_refused(value: object) -> None:
    with pytest.raises(TypeError):
        json_text(value)
