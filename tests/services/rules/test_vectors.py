"""Cases of other billing systems, worked out with our rules."""

import json
import os
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.services.rules.vector_ops import NOT_OFFERED, OFFERED
from tests.services.rules.vector_values import NotOffered

# Figures that show another convention beside the chosen one, or texts: not compared.
_NOT_COMPARED = {
    "change": {"reason"},
    "seat_change": {"charge", "credit", "current_period_amount"},
    "validate": {"reason"},
    "vat_scope": {"vat_rounded_per_line"},
}


def _cases() -> list[dict[str, Any]]:
    beside = Path(__file__).resolve().parents[4] / "shared"
    base = Path(os.environ.get("PORTAL_REAL_DATA", beside))
    files = [path for path in (base / "vectors" / "vectors.json", base / "vectors.json") if path.is_file()]
    if not files:
        return []
    cases: list[dict[str, Any]] = json.loads(files[0].read_text(encoding="utf-8"))
    return cases


CASES = _cases()


@pytest.mark.skipif(not CASES, reason="no vectors.json beside the project or under PORTAL_REAL_DATA")
@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_our_rules_agree(case: dict[str, Any]) -> None:
    op, expect = case["op"], case["expect"]
    if op not in OFFERED:
        pytest.skip(NOT_OFFERED.get(op, f"an operation we do not know: {op}"))
    try:
        found = OFFERED[op](case["given"], expect)
    except NotOffered as refused:
        pytest.skip(str(refused))
    compared = {key: value for key, value in expect.items() if key not in _NOT_COMPARED.get(op, ())}
    assert compared and {key: found[key] for key in compared} == compared, case["note"]


@pytest.mark.skipif(not CASES, reason="no vectors.json beside the project or under PORTAL_REAL_DATA")
def test_most_cases_run() -> None:
    counts = Counter("offered" if case["op"] in OFFERED else "not offered" for case in CASES)
    assert counts["offered"] >= 9 * counts["not offered"]


def test_no_operation_is_both_offered_and_not() -> None:
    assert not OFFERED.keys() & NOT_OFFERED.keys()
    assert all(NOT_OFFERED.values())
