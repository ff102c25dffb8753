"""The verdicts on rows of licensed users: their counts, and each row with what it changes."""

from collections.abc import Mapping, Sequence

import pandas as pd

from dashboard.components.columns import Column, Kind
from dashboard.components.import_verdicts import PAGE, chosen_verdict, verdict_word
from dashboard.components.key_figures import Figure, key_figures
from dashboard.components.pagers import asked_slice, pager
from dashboard.components.tables import Whole, table
from dashboard.components.text import plain
from dashboard.words import _, words
from services.queries.imports import Verdict
from services.queries.people_imports import JudgedPerson, PeoplePlan, Step, StepKind
from services.words.labels import enum_words, field_name
from services.words.texts import sentence


def draw_counts(plan: PeoplePlan) -> None:
    """How many rows of each verdict, and how many seats are given."""
    number = words().number
    definitions = {
        Verdict.NEW: _("People who are no licensed users yet: they would be added."),
        Verdict.CHANGED: _("People who are known and of whom something would change."),
        Verdict.UNCHANGED: _("Rows that say what is so already: nothing would be written."),
        Verdict.REFUSED: _("Rows that cannot come in, each with its reason: nothing would be written."),
    }
    given = plan.steps.get(StepKind.ASSIGN, 0) + plan.steps.get(StepKind.INVITE, 0)
    key_figures(
        [
            *(Figure(verdict_word(v), number(count), definitions[v]) for v, count in plan.counts.items()),
            Figure(_("Seats given"), number(given), _("Assigned or offered by an invitation.")),
        ]
    )


def draw_plan(plan: PeoplePlan, products: Mapping[str, str], *, key: str) -> None:
    """A page of the rows of one verdict, or of all; all of them can be downloaded."""
    chosen = chosen_verdict(plan.counts, key=key)
    rows = [row for row in plan.rows if chosen in ("all", row.verdict)]
    asked = asked_slice(PAGE)
    shown = rows[asked.offset : asked.offset + asked.limit]
    table(
        _frame(shown, products),
        [
            Column("row", _("Row"), Kind.NUMBER, width=60, help=_("As your spreadsheet counts, the header included.")),
            Column("verdict", _("Verdict"), Kind.STATUS, width=115, names={v.value: verdict_word(v) for v in Verdict}),
            Column("email", _("Email"), width=230),
            Column("what", _("What changes, or why not"), width=480),
        ],
        key="import_people:verdicts",
        name=_("Verdicts"),
        empty=_("No row has this verdict. Choose another above."),
        download="people-verdicts",
        whole=Whole(lambda: [_frame(rows, products)], len(rows), of=tuple(rows)),
        height=min(36 + 31 * len(shown), 388),
    )
    pager(len(rows), asked, PAGE)


def result_sentence(result: PeoplePlan) -> str:
    """What became of the rows."""
    counts = result.counts
    parts = [
        words().tn("{n} person added", "{n} people added", counts[Verdict.NEW]),
        words().tn("{n} row changed somebody", "{n} rows changed somebody", counts[Verdict.CHANGED]),
        words().tn("{n} was so already", "{n} were so already", counts[Verdict.UNCHANGED]),
        words().tn("{n} row was refused", "{n} rows were refused", counts[Verdict.REFUSED]),
    ]
    return plain(f"{', '.join(parts)}.")


def _frame(rows: Sequence[JudgedPerson], products: Mapping[str, str]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            (
                row.row,
                row.verdict.value,
                row.person.email if row.person else str(row.record.values.get("email", "")),
                " ".join(sentence(problem, words()) for problem in row.problems)
                or "; ".join(_told(step, products) for step in row.steps),
            )
            for row in rows
        ],
        columns=["row", "verdict", "email", "what"],
        dtype=object,
    )


def _told(step: Step, products: Mapping[str, str]) -> str:
    """What a row changes: "seat of Meetings", "Department: Sales → Finance"."""
    if step.kind is StepKind.DETAIL:
        name = field_name(step.what, words())
        return f"{name}: {step.before} → {step.after}" if step.before else f"{name}: {step.after}"
    return enum_words("StepKind", words())[step.kind].format(what=products.get(step.what, step.what))
