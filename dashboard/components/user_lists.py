"""Licensed users in tables and files: their columns, their state and products in words, all of a list."""

from collections.abc import Mapping
from datetime import date

import pandas as pd

from dashboard.components.columns import Column, Kind
from dashboard.components.downloads import Whole, paged
from dashboard.words import _, words
from services.permissions import Actor
from services.queries.licensed_users import LicensedUserCard, UserFilter, licensed_users
from services.words.labels import enum_words

EVERYBODY = UserFilter()


def columns() -> list[Column]:
    """The columns of a `worded` frame."""
    return [
        Column("name", _("Name"), width=190),
        Column("email", _("Email"), width=230),
        Column("state", _("Status"), Kind.STATUS, names=enum_words("UserState", words())),
        Column("products", _("Products"), width=230),
        Column("department", _("Department"), width=120),
        Column("cost_centre", _("Cost centre"), width=110),
        Column("manager", _("Manager"), width=140),
        Column("left_on", _("Left on"), Kind.DAY),
        Column("excluded_until", _("Excluded until"), Kind.DAY),
    ]


def filled(frame: pd.DataFrame) -> list[Column]:
    """The columns, without those that are empty in every row of the frame."""
    optional = ("department", "cost_centre", "manager", "left_on", "excluded_until")
    return [c for c in columns() if c.name not in optional or any(value for value in frame[c.name])]


def worded(frame: pd.DataFrame, products: Mapping[str, str]) -> pd.DataFrame:
    """The frame of `licensed_users` with products in words, those of an invitation marked; `products`: by code."""
    held = [
        words().several([_product(code, products, code in pending) for code in codes])
        for codes, pending in zip(frame["products"], frame["pending"], strict=True)
    ]
    return frame.assign(products=held)


def _product(code: str, names: Mapping[str, str], is_pending: bool) -> str:
    name = names.get(code, code)
    return _("{product} (invited)", product=name) if is_pending else name


def status_of(user: LicensedUserCard) -> tuple[str, str]:
    """The code and the word of a user's state."""
    return user.state.value, enum_words("UserState", words())[user.state.value]


def all_of(
    actor: Actor,
    account_id: int,
    total: int,
    products: Mapping[str, str],
    *,
    today: date,
    which: UserFilter = EVERYBODY,
) -> Whole:
    """The list of an account of which a page is shown."""

    def page(limit: int, offset: int) -> pd.DataFrame:
        found = licensed_users(actor, account_id, today=today, which=which, limit=limit, offset=offset)
        return worded(found.frame, products)

    return paged(page, total, key=("id",), of=(actor, account_id, which))
