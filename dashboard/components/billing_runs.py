"""Billing runs in tables: nights, what a night would do, parked accounts."""

import pandas as pd
import streamlit as st

from dashboard.components.columns import Column, Kind
from dashboard.components.tables import Detail, table
from dashboard.components.text import plain
from dashboard.words import _, words
from services.queries.billing import NightPreview
from services.words.billing_texts import GUARDS, amounts_of, counts_text
from services.words.parking import reason_text


def nights_table(frame: pd.DataFrame) -> None:
    """The nights on record, latest first (see `queries.billing.list_nights`)."""
    speech = words()
    shown = pd.DataFrame(
        {
            "day": frame["day"],
            "state": [
                "caught_up" if "caught_up_on" in report else "done" if pd.notna(at) else "running"
                for report, at in zip(frame["report"], frame["finished_at"], strict=True)
            ],
            "did": [
                counts_text(report, speech) or (_("nothing to do") if "caught_up_on" not in report else "")
                for report in frame["report"]
            ],
            "invoiced": [" + ".join(map(speech.money, amounts_of(report))) for report in frame["report"]],
        }
    )
    states = {"done": _("done"), "running": _("under way"), "caught_up": _("missed, caught up later")}
    table(
        shown,
        [
            Column("day", _("Night of"), Kind.DAY, width=96),
            Column("state", _("State"), Kind.STATUS, names=states, width=84),
            Column("invoiced", _("Invoiced"), width=180),
            Column("did", _("What it did"), width=560),
        ],
        key="nights",
        name=_("Nights"),
        empty=_("No night has run yet. Preview today's, then run it."),
        download="nights",
    )


def parked_table(frame: pd.DataFrame) -> None:
    """Accounts set aside, with their reason as a sentence (see `queries.billing.list_parked`)."""
    told = [
        reason_text(code, details, words()) for code, details in zip(frame["reason"], frame["details"], strict=True)
    ]
    table(
        frame.assign(why=told),
        [
            Column("account", _("Account"), width=190),
            Column("parked_on", _("Since"), Kind.DAY, width=96),
            Column("why", _("Reason"), width=620),
        ],
        key="parked_accounts",
        name=_("Parked accounts"),
        empty=_("No account is parked: every one that was due has been billed."),
        detail=Detail("sales/account", {"account": "account_id"}),
        download="parked-accounts",
    )


def draw_preview(found: NightPreview) -> None:
    """What a night would do: the counts, its documents, and who would be parked."""
    speech = words()
    with st.container(border=True):
        did = counts_text(found.counts, speech) or _("nothing to do")
        st.markdown(f"**{plain(_('The night of {day} would do this', day=found.day))}:** {plain(did)}")
        if found.worked_out < found.accounts:
            st.caption(
                plain(_("Worked out for the first {n} of {total} accounts.", n=found.worked_out, total=found.accounts))
            )
        if not found.documents.empty:
            _draw_documents(found.documents)
        if not found.parked.empty:
            st.markdown(f"**{plain(_('These accounts would be parked'))}**")
            parked = found.parked.assign(why=_reasons(found.parked))
            columns = [Column("account", _("Account"), width=220), Column("why", _("Reason"), width=620)]
            table(parked, columns, key="would_park", name=_("Parked accounts"), empty="")


def _reasons(frame: pd.DataFrame) -> list[str]:
    found = zip(frame["reason"], frame["details"], strict=True)
    return [reason_text(code, details, words()) for code, details in found]


def _draw_documents(frame: pd.DataFrame) -> None:
    states = {"": _("issued"), **{code: _(text) for code, text in GUARDS.items()}}
    table(
        frame,
        [
            Column("account", _("Account"), width=300),
            Column("guard", _("State"), Kind.STATUS, names=states, width=360),
            Column("total_minor", _("Total"), Kind.MONEY, currency="currency", is_summed=True, width=150),
        ],
        key="would_issue",
        name=_("Invoices"),
        empty="",
        download="night",
    )
