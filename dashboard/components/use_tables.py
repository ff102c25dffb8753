"""Seats with their use on a page: by product, seat by seat, and how old the evidence is."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from dashboard.components.columns import Column, Kind, is_missing
from dashboard.components.key_figures import Figure, key_figures
from dashboard.components.tables import Detail, table
from dashboard.components.text import plain
from dashboard.words import _, words
from services.queries.usage import AccountUse, ProductUse
from services.rules.usage import SeatUse, Why
from services.words.labels import ENUMS


def use_names() -> dict[str, str]:
    """Used, idle, never called idle, no evidence."""
    return {code: words().t(name) for code, name in ENUMS["SeatUse"].items()}


def why(row: Any) -> str:
    """The evidence of a seat, or the rule that excludes it; `row` as `seat_uses` gives it."""
    return words().t(
        ENUMS["Why"][row["why"]],
        in_use_days=row["in_use_days"],
        idle_days=row["idle_days"],
        young_days=row["young_days"],
        stale_days=row["stale_days"],
        day=row["excluded_until"] or "",
    )


def never(row: Any) -> str:
    """What is said where a seat has no day of its last use: nothing where no feed could tell of one."""
    is_told = row["why"] != Why.NO_FEED.value and is_missing(row["last_seen_on"])
    return _("never") if is_told else ""


def never_told() -> str:
    """What *never* means in a column of last days."""
    return _("Never: the feed tells of no activity of this person in the product. Empty: no feed names users.")


def age(until: date | None, today: date) -> str:
    """Activity up to 10 April (1 day old); no activity known."""
    if until is None:
        return _("no activity known")
    days = max((today - until).days, 0)
    old = words().tn("{n} day old", "{n} days old", days) if days else _("of today")
    return _("up to {day}, {old}", day=until, old=old)


def draw_figures(use: AccountUse) -> None:
    """The four kinds of seats over all products; together they are the assigned ones."""
    number, assigned = words().number, sum(product.assigned for product in use.products)
    until = max((product.feed.until for product in use.products if product.feed), default=None)
    told = age(until, use.today)
    in_use = sum(product.in_use for product in use.products)
    figures = [
        Figure(_("Assigned"), number(assigned), _("Seats that somebody has: used, idle, excluded and unknown ones.")),
        Figure(
            _("Used"),
            number(use.total(SeatUse.USED)),
            _("{n} of them lately, as each product's days say. Activity {age}.", n=in_use, age=told),
        ),
        Figure(
            _("Idle"),
            number(use.total(SeatUse.IDLE)),
            _(
                "No activity for as long as the product's days say; the feed tells of all of them, {age}.",
                age=told,
            ),
        ),
        Figure(
            _("Never called idle"),
            number(use.total(SeatUse.EXCLUDED)),
            _("Not used, but young, invited or excluded: each seat says which rule it is."),
        ),
        Figure(
            _("No evidence"),
            number(use.total(SeatUse.NO_EVIDENCE)),
            _("Nothing can be said: no feed names users, or it is too old or too short."),
        ),
    ]
    key_figures(figures)


def draw_banner(use: AccountUse) -> None:
    """Which feeds are too old for a claim of idleness."""
    if not use.stale:
        return
    names = [
        f"{product.name} ({age(product.feed.until if product.feed else None, use.today)})" for product in use.stale
    ]
    told = _(
        "The activity is too old to call a seat idle: {names}. Import a newer feed.",
        names=names,
    )
    st.warning(plain(told), icon=":material/schedule:")


def draw_products(use: AccountUse) -> None:
    """Each product's seats by their use, with its feed's age."""
    rows = [
        (
            product.name,
            product.bought,
            product.assigned,
            *_known(product),
            product.counts[SeatUse.EXCLUDED] if product.feed else None,
            product.counts[SeatUse.NO_EVIDENCE],
            _evidence(product, use.today),
        )
        for product in use.products
    ]
    names = ("name", "bought", "assigned", "in_use", "used", "idle", "excluded", "unknown", "evidence")
    table(
        pd.DataFrame(rows, columns=list(names), dtype=object),
        [
            Column("name", _("Product"), width=130),
            Column("bought", _("Bought"), Kind.NUMBER, width=75),
            Column("assigned", _("Assigned"), Kind.NUMBER, width=80),
            Column("in_use", _("In use"), Kind.NUMBER, width=65, help=_("Active lately, as the product's days say.")),
            Column("used", _("Used"), Kind.NUMBER, width=65),
            Column("idle", _("Idle"), Kind.NUMBER, width=65),
            Column("excluded", _("Never called idle"), Kind.NUMBER, width=110),
            Column("unknown", _("No evidence"), Kind.NUMBER, width=85),
            Column("evidence", _("Evidence of use"), width=240),
        ],
        key="use_products",
        name=_("Use by product"),
        empty=_("The account has no live subscription, so there is no seat to look at."),
        download="use-by-product",
    )


def draw_seats(frame: pd.DataFrame, *, account_id: int, hides_names: bool) -> None:
    """A page of seats, each with its evidence; a row opens the person, which is written down."""
    rows = [row for _n, row in frame.iterrows()]
    shown = frame.assign(why=[why(row) for row in rows], never=[never(row) for row in rows], account_id=account_id)
    person = [Column("person", _("Person"), width=120)] if hides_names else []
    named = [] if hides_names else [Column("person", _("Name"), width=120), Column("email", _("Email"), width=165)]
    table(
        shown,
        [
            *person,
            *named,
            Column("product", _("Product"), width=120),
            Column("use", _("Use"), Kind.STATUS, width=95, names=use_names()),
            Column("last_seen_on", _("Last seen"), Kind.DAY, width=100, help=never_told(), absent="never"),
            Column("why", _("Evidence or rule"), width=265),
            Column("active_days", _("Active days"), Kind.NUMBER, help=_("Days with activity among the last 90.")),
            Column("idle_since", _("Idle since"), Kind.DAY),
            Column("held_since", _("Seat since"), Kind.DAY),
        ],
        key="seat_uses",
        name=_("Seats and their use"),
        empty=_("No seat matches. Choose another use or product, or clear the search."),
        detail=Detail("seats/person_use", {"account": "account_id", "user": "user_id"}),
        download="seat-use",
    )


def products_of(products: Sequence[ProductUse]) -> dict[str, str]:
    """Code and name, after the choice of all."""
    return {"": _("All products")} | {product.product: product.name for product in products}


def _known(product: ProductUse) -> tuple[int | None, int | None, int | None]:
    """In use, used, idle; nothing where no feed names users."""
    if product.feed is None:
        return None, None, None
    return product.in_use, product.counts[SeatUse.USED], product.counts[SeatUse.IDLE]


def _evidence(product: ProductUse, today: date) -> str:
    if product.feed:
        return age(product.feed.until, today)
    if product.last_used_on is None:
        return _("no activity known")
    days = words().tn("{n} day of the last 30", "{n} days of the last 30", product.used_days)
    return _("subscription only: {days}", days=days)
