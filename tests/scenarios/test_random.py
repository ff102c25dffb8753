"""Random stories of everything at once: whatever the dice tell, the books agree at the end."""

import random

import pytest

from tests import databases
from tests.scenarios.fuzz import random_story
from tests.stories import play


@pytest.mark.parametrize("seed", range(3))
def test_the_books_agree_after_a_random_story(seed: int) -> None:
    found = play(random_story(random.Random(seed)))
    assert len(found["invoices"]) >= 5


@pytest.mark.postgresql
def test_both_databases_tell_the_same_random_story(db: databases.TestDatabase) -> None:
    told = random_story(random.Random(11), events=25)
    assert play(told, databases.empty_postgresql()) == play(told)
