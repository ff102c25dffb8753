"""One story from beginning to end."""

from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from data.schema import NotEmpty
from services.scenario.output import output
from services.scenario.playing import play
from services.scenario.stage import database_of, set_up
from services.scenario.story import Story


class NotPlayable(Exception):
    """The database given cannot be used; the text says why."""


def run(story: Story, database_url: str | None = None) -> dict[str, Any]:
    """Play a story on a throw-away database, or on an empty one by its URL, and return its output.

    The process's database is another one meanwhile and none afterwards. Raises NotPlayable.
    """
    try:
        with database_of(database_url):
            stage = set_up(story)
            course = play(story, stage)
            return output(story, stage, course)
    except NotEmpty:
        raise NotPlayable("database: there are tables in it already; it must be empty") from None
    except SQLAlchemyError as fault:
        if database_url is None:
            raise
        raise NotPlayable(f"database: {fault.__class__.__name__}") from fault
