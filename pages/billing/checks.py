"""Checks of the books: every invariant, green or with what differs: both figures and the difference."""

from collections.abc import Sequence

import streamlit as st

from dashboard import sign_in, state
from dashboard.components.check_tables import checks_table, offenders_table
from dashboard.components.empty import empty
from dashboard.components.headers import header
from dashboard.components.text import plain
from dashboard.day import today
from dashboard.words import _, words
from services.queries.checks import CheckResult, run_checks

_FOUND = "found_by_checks"


def run() -> None:
    """Draw the page. The checks read the whole book, so they run when they are asked for."""
    actor = sign_in.actor()
    asked = header(
        _("Checks"),
        context=(_("Documents, money, subscriptions and events against each other"), _("as of {day}", day=today())),
        button=_("Run the checks"),
        key="run_checks",
        icon=":material/rule:",
    )
    if asked:
        with st.spinner(_("The whole book is being checked.")):
            state.keep(_FOUND, run_checks(actor))
    found: tuple[CheckResult, ...] | None = state.recall(_FOUND)
    if found is None:
        empty(_("Run the checks: each holds, or its offenders are listed with both figures."), icon="rule")
        return
    _draw(found)


def _draw(found: Sequence[CheckResult]) -> None:
    broken = [result for result in found if result.offenders]
    if not broken:
        sentence = words().tn("The {n} check holds.", "All {n} checks hold.", len(found))
        st.success(plain(sentence), icon=":material/check_circle:")
    else:
        sentence = words().tn("{n} check is broken.", "{n} checks are broken.", len(broken))
        st.error(plain(sentence), icon=":material/error:")
        offenders_table(broken)
        if any(result.is_cut for result in broken):
            st.caption(plain(_("Of each check the first offenders are listed.")))
    checks_table(found)


run()
