"""Decisions as a table: last day, money at stake, what doing nothing comes to; a row opens the page that settles it."""

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from dashboard import navigation
from dashboard.components.columns import Column, Kind
from dashboard.components.downloads import paged
from dashboard.components.tables import table
from dashboard.words import _, words
from services.permissions import Actor, Permission
from services.rules.decisions import Kind as Decided
from services.words.decision_texts import KINDS, decision_sentence

_RENEWALS = (Decided.NOTICE, Decided.RENEWAL, Decided.NEW_PRICE)


@dataclass(frozen=True, slots=True)
class Settling:
    """Opens the page on which the actor settles a decision, or sees what it is about."""

    actor: Actor

    def open(self, row: pd.Series) -> None:
        """Open the page of a row."""
        page, ids = settled_on(self.actor, str(row["kind"]), int(row["account_id"]), int(row["subscription_id"]))
        navigation.go(page, **ids)


def settled_on(actor: Actor, kind: str, account: int, subscription: int) -> tuple[str, dict[str, object]]:
    """The page that settles a kind of decision, with what its URL takes."""
    ids: dict[str, object] = {"account": account}
    is_of_seats = kind == Decided.WAITING or (kind in _RENEWALS and not actor.may(Permission.CHANGE_SUBSCRIPTIONS))
    if is_of_seats and actor.may(Permission.CHANGE_SEATS):
        return "seats/act", ids | {"subscription": subscription}
    if subscription:
        return "sales/subscription", ids | {"subscription": subscription}
    if kind in (Decided.MANDATE, Decided.EXEMPTION) and actor.may(Permission.EDIT_ACCOUNTS):
        return "sales/account_edit", ids
    if kind in (Decided.PROPOSAL, Decided.CART) and actor.may(Permission.PLACE_ORDERS):
        return "sales/checkout", ids
    return "sales/account", ids | {"tab": "details"}


def decision_table(
    actor: Actor,
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
    """Draw rows of `queries.decisions`. `page`: the list by limit and offset; `count`, `of`: see `downloads.paged`."""
    table(
        worded(frame),
        _columns(),
        key=key,
        name=name,
        empty=empty,
        detail=Settling(actor),
        download=download,
        row_height=76,  # four lines of the sentence
        whole=paged(
            lambda limit, offset: worded(page(limit, offset)), count, of=of, key=("kind", "account_id", "subject_id")
        ),
    )


def worded(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with each decision's sentence."""
    return frame.assign(sentence=[decision_sentence(one, words()) for one in frame["decision"]])


def _columns() -> list[Column]:
    return [
        Column("last_on", _("Last day"), Kind.DAY, width=88, help=_("The last day to act.")),
        Column("account", _("Account"), width=162),
        Column("kind", _("What"), Kind.STATUS, names={kind: _(text) for kind, text in KINDS.items()}, width=136),
        Column("subject", _("About"), width=108),
        Column(
            "stake_minor", _("At stake"), Kind.MONEY, width=100,
            help=_(
                "What doing nothing costs the customer, before tax, as the night bills it. With a minus: what is not "
                "billed, sold or collected then."
            ),
        ),
        Column("sentence", _("If nothing is done"), width=288),
        Column("day", _("Takes effect"), Kind.DAY, width=100),
        Column("owner", _("Representative"), width=140),
    ]  # fmt: skip
