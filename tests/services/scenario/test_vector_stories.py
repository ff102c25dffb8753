"""Cases of other billing systems, played as stories through the scenario player."""

import importlib.util
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.stories import Output, Story, play

Case = tuple[str, Story, Callable[[Output], str | None]]


def _cases() -> list[Case]:
    """Id, story and check of each case that the file turns into a story; none where there is no such file."""
    beside = Path(__file__).resolve().parents[4] / "shared"
    base = Path(os.environ.get("PORTAL_REAL_DATA", beside))
    for folder in (base / "vectors", base):
        if (folder / "stories.py").is_file() and (folder / "vectors.json").is_file():
            spec = importlib.util.spec_from_file_location("vector_stories", folder / "stories.py")
            assert spec and spec.loader
            module: Any = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(module)
            cases = json.loads((folder / "vectors.json").read_text(encoding="utf-8"))
            made = ((case, module.story(case)) for case in cases if case.get("fits_canonical", True) is True)
            return [(case["id"], *told) for case, told in made if told]
    return []


CASES = _cases()


@pytest.mark.skipif(not CASES, reason="no stories.py beside the project or under PORTAL_REAL_DATA")
@pytest.mark.parametrize("case", CASES, ids=[case[0] for case in CASES])
def test_the_story_agrees(case: Case) -> None:
    _, told, check = case
    found = play(told)
    assert found["refusals"] == []
    assert check(found) is None
