"""The tie-out strip of finance pages: that the figures agree, or which do not, open to the rows that differ."""

from collections.abc import Sequence
from datetime import date

import pandas as pd
import streamlit as st

from dashboard import navigation
from dashboard.cache import read
from dashboard.components.columns import Column, Kind
from dashboard.components.tables import table
from dashboard.components.text import plain
from dashboard.words import _, words
from services.permissions import Actor, Permission
from services.queries.tie_out import tie_out
from services.rules.tie_outs import TieOut
from services.words.report_texts import TIE_OUTS

_MOST = 20  # rows that differ are named; the download has them all


def books_tie_out(actor: Actor, as_of: date) -> None:
    """The strip of the whole book at the end of the day's month, for those who see billing; none of an empty book."""
    found = read(tie_out, actor, as_of) if actor.may(Permission.SEE_BILLING) else ()
    if any(check.expected or check.found for check in found):
        tie_out_strip(found)


def tie_out_strip(checks: Sequence[TieOut], *, key: str = "tie_out") -> None:
    """One green line that opens to both figures of each check; or red, open already, with the rows that differ."""
    broken = [check for check in checks if not check.holds]
    if not checks:
        return
    if not broken:
        said = words().tn("Ties out: {n} check", "Ties out: {n} checks", len(checks))
        with st.expander(f":green[:material/check_circle: {plain(said)}]", key=f"{key}:strip"):
            _draw_checks(checks, key)
        return
    said = words().tn("{n} check does not tie out", "{n} checks do not tie out", len(broken))
    with st.expander(f":red[:material/error: **{plain(said)}**]", expanded=True, key=f"{key}:broken"):
        _draw_checks([*broken, *(check for check in checks if check.holds)], key)
        for place, check in enumerate(broken):
            _draw_offenders(check, f"{key}:{place}")


def _draw_checks(checks: Sequence[TieOut], key: str) -> None:
    speech = words()
    frame = pd.DataFrame(
        {
            "state": ["holds" if check.holds else "broken" for check in checks],
            "check": [_(TIE_OUTS[check.code][0]) for check in checks],
            "one": [f"{_(TIE_OUTS[check.code][1])}: {speech.value(check.expected)}" for check in checks],
            "other": [f"{_(TIE_OUTS[check.code][2])}: {speech.value(check.found)}" for check in checks],
            "difference": [speech.value(check.difference) for check in checks],
        }
    )
    columns = [
        Column("state", _("State"), Kind.STATUS, names={"holds": _("ties out"), "broken": _("differs")}, width=110),
        Column("check", _("What is checked"), width=290),
        Column("one", _("One figure"), width=260),
        Column("other", _("The other"), width=260),
        Column("difference", _("Difference"), width=120),
    ]
    table(frame, columns, key=f"{key}:checks", name=_("Tie-out"), empty="", download="tie-out")


def _draw_offenders(check: TieOut, key: str) -> None:
    if not check.offenders:
        return
    speech = words()
    st.markdown(f"**{plain(_(TIE_OUTS[check.code][0]))}**")
    rows = [(one.subject, speech.value(one.expected), speech.value(one.found)) for one in check.offenders]
    frame = pd.DataFrame(rows, columns=["subject", "expected", "found"])
    columns = [
        Column("subject", _("Where"), width=300),
        Column("expected", _("Should be"), width=200),
        Column("found", _("Is"), width=200),
    ]
    height = min(300, 38 + 35 * len(rows))
    table(frame, columns, key=f"{key}:rows", name=_("What differs"), empty="", download=check.code, height=height)
    linked = [one for one in check.offenders if one.page][:_MOST]
    if linked:
        with st.container(horizontal=True, gap="small"):
            for one in linked:
                navigation.link(one.subject, one.page, None, **dict(one.ids))
