"""The checks of the books in tables: each invariant, and what differs."""

from collections.abc import Sequence

import pandas as pd

from dashboard.components.columns import Column, Kind
from dashboard.components.tables import table
from dashboard.words import _, words
from services.queries.checks import CheckResult
from services.words.check_texts import CHECK_GROUPS, CHECK_NAMES


def checks_table(results: Sequence[CheckResult]) -> None:
    """Every check with whether it holds."""
    frame = pd.DataFrame(
        {
            "group": [_(CHECK_GROUPS[result.group]) for result in results],
            "check": [_(CHECK_NAMES[result.code]) for result in results],
            "state": ["broken" if result.offenders else "holds" for result in results],
        }
    )
    table(
        frame,
        [
            Column("group", _("About"), width=180),
            Column("check", _("What is checked"), width=480),
            Column("state", _("State"), Kind.STATUS, names={"holds": _("holds"), "broken": _("broken")}, width=120),
        ],
        key="checks",
        name=_("Checks of the books"),
        empty="",
    )


def offenders_table(results: Sequence[CheckResult]) -> None:
    """What differs, with both figures and their difference."""
    speech = words()
    rows = [
        {
            "check": _(CHECK_NAMES[result.code]),
            "account": account,
            "subject": one.subject,
            "expected": speech.value(one.expected),
            "found": speech.value(one.found),
            "difference": speech.value(one.difference),
        }
        for result in results
        for account, one in result.offenders
    ]
    table(
        pd.DataFrame(rows, columns=["check", "account", "subject", "expected", "found", "difference"]),
        [
            Column("check", _("What is checked"), width=300),
            Column("account", _("Account"), width=180),
            Column("subject", _("Where"), width=240),
            Column("expected", _("Should be"), width=160),
            Column("found", _("Is"), width=160),
            Column("difference", _("Difference"), width=130),
        ],
        key="offenders",
        name=_("What differs"),
        empty="",
        download="checks",
    )
