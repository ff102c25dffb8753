"""Waste in money on a page: its figures, whom it falls on, what can be recovered, and how it ties to the lines."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from dashboard.components.columns import Column, Kind
from dashboard.components.filters import choice
from dashboard.components.key_figures import Figure, key_figures
from dashboard.components.money_bars import money_bars
from dashboard.components.seat_renewals import decide_told
from dashboard.components.tables import Detail, table
from dashboard.components.text import plain
from dashboard.words import _, words
from services.queries.waste import AccountWaste, Share, SubscriptionWaste, WastePart
from services.words.texts import sentence


def draw_figures(waste: AccountWaste, evidence: str) -> None:
    """How many seats are idle, what they cost, what comes back until when. `evidence`: how old the feed is."""
    told = words()
    since = _("the longest since {day}", day=waste.since) if waste.since else None
    by = waste.recover_by
    key_figures(
        [
            Figure(
                _("Idle seats"),
                told.number(waste.idle),
                _(
                    "No activity for as long as the product's days say. Young seats, invitations and excluded people "
                    "are never counted. Activity {age}.",
                    age=evidence,
                ),
                also=since,
            ),
            Figure(
                _("Wasted a month"),
                told.money(waste.month),
                _(
                    "Idle seats × the price really paid per seat and day: net invoice lines less credits, over the "
                    "seats bought. A month is a twelfth of a full year at that price. Trials cost nothing."
                ),
                also=_("net, at the price paid today"),
            ),
            Figure(
                _("Wasted so far"),
                told.money(waste.so_far),
                _(
                    "What the idle seats cost from the day after each was last used (never used: from the day it was "
                    "assigned) up to today, by the invoice lines of those days."
                ),
                also=since,
            ),
            Figure(
                _("Recoverable"),
                told.money(waste.recover),
                _(
                    "What the next terms cost less if the idle seats are released and the subscriptions renew with so "
                    "many seats fewer: the preview of that change, net."
                ),
                also=_("if acted on by {day}", day=by) if by else _("nothing to act on"),
            ),
            Figure(
                _("Free, a month"),
                told.money(waste.free),
                _("What seats cost that are bought and that nobody has: not idle, and not part of the waste."),
                also=told.tn("{n} free seat", "{n} free seats", waste.free_seats),
            ),
        ]
    )


def draw_by(waste: AccountWaste) -> None:
    """The waste by product, cost centre or manager: the picture, and its rows."""
    names = {"product": _("Product"), "cost_centre": _("Cost centre"), "manager": _("Manager")}
    by = choice("by", _("By"), {code: names[code] for code in waste.by}, shape="segments", hide_label=True)
    parts = waste.by[by]
    titles = {
        "product": _("Wasted a month by product"),
        "cost_centre": _("Wasted a month by cost centre"),
        "manager": _("Wasted a month by manager"),
    }
    money_bars(
        titles[by],
        [(part.name or _("Not given"), part.month) for part in parts],
        key=f"waste_by_{by}",
        empty=_("No seat of the account is idle, as far as is known."),
        unit=waste.currency,
    )
    if parts:
        rows, columns = _part_rows(parts, waste.currency), _part_columns(names[by])
        table(rows, columns, key=f"waste_parts_{by}", name=titles[by], empty="", download=f"waste-by-{by}")
    if waste.hides_names:
        st.caption(plain(_("Names are hidden in this account, managers' too.")))


def draw_recovery(waste: AccountWaste) -> None:
    """Each subscription with idle seats: what fewer seats save, and until when."""
    st.subheader(_("What can be recovered"), anchor=False)
    rows = [_recovery(waste, one) for one in waste.subscriptions if one.idle]
    table(
        pd.DataFrame(rows, dtype=object),
        [
            Column("product", _("Product"), width=118),
            Column("idle", _("Idle"), Kind.NUMBER, width=56),
            Column("seats", _("Seats"), width=76, help=_("Bought now, and from the renewal on.")),
            Column("decide_by", _("Decide by"), Kind.DAY, width=88, help=decide_told()),
            Column("renews_on", _("Renews"), Kind.DAY, width=88),
            Column("nothing_minor", _("Do nothing"), Kind.MONEY, width=90, help=_("The next term as it stands, net.")),
            Column(
                "saves_minor",
                _("Recover"),
                Kind.MONEY,
                width=80,
                is_summed=True,
                help=_("What the next term costs less, net: the preview of the change."),
            ),
            Column(
                "today_minor",
                _("Or back today"),
                Kind.MONEY,
                width=92,
                help=_("The credit where the seats are given back today instead and the period is kept, net."),
            ),
            Column("note", _("Note"), width=188),
        ],
        key="waste_recovery",
        name=_("What can be recovered"),
        empty=_("No seat of the account is idle, as far as is known."),
        detail=Detail("seats/renewals", {"account": "account_id", "subscription": "subscription_id", "seats": "to"}),
        download="recoverable",
    )
    for one in waste.subscriptions:
        if one.idle and one.reduction and one.reduction.refusal:
            st.caption(plain(f"{one.product_name}: {sentence(one.reduction.refusal, words())}"))


def draw_tie_out(waste: AccountWaste) -> None:
    """The running period of each subscription: its lines' money over what the seats are."""
    st.subheader(_("The running periods, tied to the invoice lines"), anchor=False)
    rows = [
        {
            "account_id": waste.account_id,
            "product": one.product_name,
            "period": _("{first} – {last}", first=one.period.start, last=one.period.last_day),
            "seats": one.seats,
            "paid_minor": one.paid.minor,
            **{f"{share.value}_minor": one.parts[share].minor for share in Share},
            "currency": one.paid.currency,
        }
        for one in waste.subscriptions
    ]
    names = {
        Share.USED: _("Used"),
        Share.IDLE: _("Idle"),
        Share.EXCLUDED: _("Never called idle"),
        Share.NO_EVIDENCE: _("No evidence"),
        Share.FREE: _("Free"),
    }
    table(
        pd.DataFrame(rows, dtype=object),
        [
            Column("product", _("Product"), width=116),
            Column("period", _("Period"), width=170),
            Column("seats", _("Bought"), Kind.NUMBER, width=72),
            Column(
                "paid_minor",
                _("Invoice lines"),
                Kind.MONEY,
                is_summed=True,
                width=108,
                help=_("Charge lines of the running period less their credits, net of tax."),
            ),
            *(
                Column(
                    f"{share.value}_minor",
                    names[share],
                    Kind.MONEY,
                    is_summed=True,
                    width=112 if share is Share.EXCLUDED else 85,
                )
                for share in Share
            ),
        ],
        key="waste_tie_out",
        name=_("The running periods, tied to the invoice lines"),
        empty=_("The account has no live subscription, so there is no seat to look at."),
        download="seats-and-lines",
    )
    told = _(
        "Each line's money is split over the seats bought today by what they are, by largest remainder: the parts add "
        "up to the lines, to the cent."
    )
    st.caption(plain(told))
    contracts = [one.product_name for one in waste.subscriptions if one.rate.is_contract]
    if contracts:
        said = _("No invoice line covers today, so the contract says the price: {names}.", names=contracts)
        st.caption(plain(said))


def _part_columns(heading: str) -> list[Column]:
    return [
        Column("name", heading, width=260),
        Column("seats", _("Idle seats"), Kind.NUMBER, is_summed=True, width=90),
        Column("since", _("Since"), Kind.DAY, width=110, help=_("Since when the longest idle one of them is.")),
        Column("month_minor", _("Wasted a month"), Kind.MONEY, is_summed=True, width=130),
        Column("so_far_minor", _("Wasted so far"), Kind.MONEY, is_summed=True, width=130),
    ]


def _part_rows(parts: Sequence[WastePart], currency: str) -> pd.DataFrame:
    rows = [
        (part.name or _("Not given"), part.seats, part.since, part.month.minor, part.so_far.minor, currency)
        for part in parts
    ]
    names = ["name", "seats", "since", "month_minor", "so_far_minor", "currency"]
    return pd.DataFrame(rows, columns=names, dtype=object)


def _recovery(waste: AccountWaste, one: SubscriptionWaste) -> dict[str, Any]:
    found = one.reduction
    saves = found.saves if found else None
    return {
        "account_id": waste.account_id,
        "subscription_id": one.subscription_id,
        "product": one.product_name,
        "idle": one.idle,
        "seats": f"{one.seats} → {found.seats}" if found else str(one.seats),
        "to": found.seats if found else one.seats,
        "decide_by": found.decide_by(waste.today) if found and saves else None,
        "renews_on": found.renews_on if found else None,
        "nothing_minor": found.nothing.minor if found and found.nothing else None,
        "saves_minor": saves.minor if saves else None,
        "today_minor": found.today.minor if found and found.today else None,
        "currency": waste.currency,
        "note": _note(one, waste.today),
    }


def _note(one: SubscriptionWaste, today: date) -> str:
    """Why nothing can be recovered, or what to know."""
    found = one.reduction
    if one.is_trial:
        return _("a trial costs nothing")
    if found is None:
        return ""
    if found.refusal is not None:
        return _("cannot be scheduled")
    if found.nothing is None:
        return _("ends with its period")
    if found.waits is not None and found.waits <= found.seats:
        return _("{n} seats wait already", n=found.waits)
    return _("notice ended {day}", day=found.act_until) if found.is_late(today) else ""
