"""The lives of seats as a table: who had which, from when till when, and by whom."""

import pandas as pd

from dashboard.components.columns import Column, Kind
from dashboard.components.downloads import Whole
from dashboard.components.tables import Detail, table
from dashboard.words import _, words
from services.words.labels import enum_words


def draw_lives(frame: pd.DataFrame, *, account_id: int, of_one_user: bool, whole: Whole | None = None) -> None:
    """Draw a page of `seat_lives`; of one user the name is left out."""
    frame = frame.assign(account_id=account_id)
    people = [] if of_one_user else [Column("name", _("Name"), width=125)]
    endings = {"held": _("held"), **enum_words("Ending", words()), "ended": _("subscription ended")}
    columns = [
        *people,
        Column("product", _("Product"), width=110),
        Column("origin", _("How it came"), Kind.STATUS, names=enum_words("Origin", words())),
        Column("assigned_at", _("From"), Kind.INSTANT),
        Column("assigned_by", _("Given by"), width=105),
        Column("ending", _("How it went"), Kind.STATUS, names=endings),
        Column("released_at", _("Until"), Kind.INSTANT),
        Column("released_by", _("Taken by"), width=105),
        Column("accepted_at", _("Accepted"), Kind.INSTANT),
        Column("reference", _("Subscription"), width=170),
    ]
    table(
        frame,
        [column for column in columns if column.name != "accepted_at" or frame["accepted_at"].notna().any()],
        key="seat_lives",
        name=_("History of seats"),
        empty=_("This user has never had a seat.") if of_one_user else _("No seat matches. Change the filters."),
        detail=None if of_one_user else Detail("seats/licensed_user", {"account": "account_id", "user": "user_id"}),
        download="seat-history",
        whole=whole,
        height=None if len(frame) <= 15 else 560,
    )
