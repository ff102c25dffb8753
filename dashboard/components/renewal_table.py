"""Subscriptions at a boundary as a table: amount, term, purchase order, change, owner; a row opens its subscription."""

from collections.abc import Callable

import pandas as pd

from dashboard.components.columns import Column, Kind
from dashboard.components.downloads import paged
from dashboard.components.tables import Detail, table
from dashboard.words import _
from services.words.cycle_texts import CHANGES, PO_STATES, RENEWS
from services.words.labels import ENUMS


def renewal_table(
    frame: pd.DataFrame,
    *,
    key: str,
    name: str,
    empty: str,
    download: str,
    count: int,
    of: object,
    page: Callable[[int, int], pd.DataFrame],
) -> None:
    """Draw rows of `queries.renewals`. `page`: the list by limit and offset; `count`, `of`: see `downloads.paged`."""
    table(
        _worded(frame),
        _columns(),
        key=key,
        name=name,
        empty=empty,
        detail=Detail("sales/subscription", {"account": "account_id", "subscription": "subscription_id"}),
        download=download,
        whole=paged(
            lambda limit, offset: _worded(page(limit, offset)), count, of=of, key=("account_id", "subscription_id")
        ),
    )


def _worded(frame: pd.DataFrame) -> pd.DataFrame:
    """Codes that mean nothing out of the ordinary are left empty; product and plan are one text."""
    plans = [f"{product} · {plan}" for product, plan in zip(frame["product"], frame["plan"], strict=True)]
    changes = [code or None for code in frame["change"]]
    return frame.assign(what=plans, change=pd.Series(changes, index=frame.index, dtype=object))


def _columns() -> list[Column]:
    def named(texts: dict[str, str]) -> dict[str, str]:
        return {code: _(text) for code, text in texts.items()}

    return [
        Column("day", _("Day"), Kind.DAY, width=88),
        Column("account", _("Account"), width=178),
        Column("what", _("Product and plan"), width=196),
        Column(
            "amount_minor", _("Before tax"), Kind.MONEY, is_summed=True, width=104,
            help=_("What the period that begins on the day comes to, as the night will bill it. Empty: none begins."),
        ),
        Column("renews", _("Goes on"), Kind.STATUS, names=named(dict(RENEWS)), width=98),
        Column(
            "change", _("What changes"), Kind.STATUS, names=named(dict(CHANGES)), width=98,
            help=_(
                "A change waits for the renewal, and the amount says it; or the list has a newer price by then, which "
                "is taken only where that is scheduled."
            ),
        ),
        Column(
            "po", _("Purchase order"), Kind.STATUS, names=named(dict(PO_STATES)), width=112,
            help=_(
                "Expires before: its last day comes before the renewal. Cap not enough: what is left of it is less "
                "than the amount before tax. The night sets such an account aside."
            ),
        ),
        Column("seats", _("Seats"), Kind.NUMBER, width=75),
        Column("interval", _("Term"), Kind.STATUS, names=named(dict(ENUMS["Interval"])), width=95),
        Column("notice_on", _("Notice by"), Kind.DAY, width=100, help=_("The last day to act, by the agreed notice.")),
        Column("owner", _("Representative"), width=140),
        Column("reference", _("Subscription"), width=150),
    ]  # fmt: skip
