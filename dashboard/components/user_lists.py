"""Licensed users in tables and files: their columns, their products in words, all of a list."""

from collections.abc import Mapping
from datetime import date

import pandas as pd

from dashboard.components.columns import Column, Kind
from dashboard.components.downloads import Whole, paged
from dashboard.words import _, words
from services.permissions import Actor
from services.queries.licensed_users import UserState, licensed_users


def columns() -> list[Column]:
    """The columns of a `worded` frame."""
    return [
        Column("name", _("Name"), width=220),
        Column("email", _("Email"), width=280),
        Column("status", _("Status"), Kind.STATUS, names={"active": _("with seats"), "suspended": _("suspended")}),
        Column("products", _("Products")),
    ]


def worded(frame: pd.DataFrame, products: Mapping[str, str]) -> pd.DataFrame:
    """The frame of `licensed_users` with status and products in words; `products`: names by code."""
    held = [words().several([products.get(code, code) for code in codes]) for codes in frame["products"]]
    status = ["suspended" if is_out else "active" for is_out in frame["is_suspended"]]
    return frame.assign(status=status, products=held)


def all_of(
    actor: Actor,
    account_id: int,
    total: int,
    products: Mapping[str, str],
    *,
    today: date,
    search: str = "",
    product: str = "",
    state: UserState = UserState.ALL,
) -> Whole:
    """The list of an account of which a page is shown."""

    def page(limit: int, offset: int) -> pd.DataFrame:
        found = licensed_users(
            actor, account_id, today=today, search=search, product=product, state=state, limit=limit, offset=offset
        )
        return worded(found.frame, products)

    return paged(page, total, key=("id",), of=(actor, account_id, search, product, state))
