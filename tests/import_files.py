"""Files of a few rows, planned and applied, for tests of imports."""

import os
from pathlib import Path

from sqlalchemy import func, select

from data import database
from data.identity import account_id
from data.models import Account, AuditEntry, Contact
from services.commands.imports import apply_import
from services.permissions import Actor
from services.queries.imports import ImportPlan, open_file, plan_import
from services.rules.import_mapping import suggest
from services.rules.import_verdicts import Judged, Verdict
from tests.builders import TODAY

ROOT = Path(__file__).resolve().parents[1]
# 503 real companies; they are not copied into the project.
REAL_LIST = Path(os.environ.get("PORTAL_REAL_DATA", ROOT.parent / "shared")) / "data" / "sp500" / "constituents.csv"
REAL_MAP = ROOT / "tests" / "real_data" / "sp500.toml"
NO_REAL_LIST = f"no list of companies at {REAL_LIST} (see PORTAL_REAL_DATA)"

HEADER = "Code,Name,Country,Currency,City,Email,Contact,Owner\n"
NEW, CHANGED, UNCHANGED, REFUSED = Verdict.NEW, Verdict.CHANGED, Verdict.UNCHANGED, Verdict.REFUSED


def plan(actor: Actor, *rows: str, rep_id: int | None = None, header: str = HEADER) -> ImportPlan:
    """What an import of these rows would do, its map suggested from the header."""
    table = open_file(actor, (header + "\n".join(rows) + "\n").encode())
    return plan_import(actor, table, suggest(table.header), rep_id=rep_id, today=TODAY)


def apply(actor: Actor, found: ImportPlan) -> list[Judged]:
    """Apply to the end; the rows as they went."""
    return [row for progress in apply_import(actor, found) for row in progress.rows]


def verdicts(found: ImportPlan) -> list[Verdict]:
    """The verdict on each row."""
    return [row.verdict for row in found.rows]


def problems(found: ImportPlan) -> list[tuple[int, str, str]]:
    """Row, field and code of each problem."""
    return [(row.record.row, p.field, p.code) for row in found.rows for p in row.problems]


def stored(code: str) -> Account:
    """The account as it is in the database."""
    with database.read_session() as session:
        account = session.get(Account, account_id(code))
        assert account is not None
        session.expunge(account)
        return account


def count(model: type[Account] | type[AuditEntry] | type[Contact]) -> int:
    """How many rows a table has."""
    with database.read_session() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0
