"""A real book: 500 accounts and 5,000 subscriptions of RavenStack, whose months are the file's own."""

import os
import tomllib
from collections import Counter
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from sqlalchemy import func, select

from data import database
from data.models import Account, BilledPeriod, Document, DocumentLine, Movement, Subscription
from services.commands.billing import run_night
from services.imports import ROWS_REFUSED, WELL, main
from services.integrity import violations
from services.permissions import Actor
from tests.builders import make_seller

ROOT = Path(__file__).resolve().parents[2]
FOLDER = Path(os.environ.get("PORTAL_REAL_DATA", ROOT.parent / "shared")) / "data" / "ravenstack"
ACCOUNTS, SUBSCRIPTIONS = FOLDER / "ravenstack_accounts.csv", FOLDER / "ravenstack_subscriptions.csv"
MAPS = ROOT / "tests" / "real_data"
ACCOUNT_MAP, SUBSCRIPTION_MAP = MAPS / "ravenstack_accounts.toml", MAPS / "ravenstack_subscriptions.toml"
CUT_OVER = date(2025, 1, 1)

pytestmark = pytest.mark.skipif(not SUBSCRIPTIONS.exists(), reason=f"no book at {FOLDER} (see PORTAL_REAL_DATA)")


def import_accounts() -> None:
    make_seller("US")
    assert main(["accounts", str(ACCOUNTS), "--map", str(ACCOUNT_MAP)]) == WELL


def import_subscriptions(*more: str) -> int:
    cut_over = ["--cut-over", CUT_OVER.isoformat()]
    return main(["subscriptions", str(SUBSCRIPTIONS), "--map", str(SUBSCRIPTION_MAP), *cut_over, *more])


def in_the_file(last_day: pd.Timestamp, book: pd.DataFrame) -> dict[str, int]:
    """MRR by tier at the end of a day, in minor units: a direct sum over the file."""
    runs = (book.start_date <= last_day) & (book.end_date.isna() | (book.end_date > last_day)) & ~book.is_trial
    return {str(tier): int(amount) * 100 for tier, amount in book[runs].groupby("plan_tier").mrr_amount.sum().items()}


def in_the_portal(last_day: pd.Timestamp) -> dict[str, int]:
    """The same by the portal's movements."""
    with database.read_session() as session:
        rows = session.execute(
            select(Movement.plan, func.sum(Movement.amount_minor))
            .where(Movement.moved_on <= last_day.date(), Movement.currency == "USD")
            .group_by(Movement.plan)
        )
        return {tier_of()[plan]: int(minor) for plan, minor in rows if minor}


def tier_of() -> dict[str, str]:
    tiers = tomllib.loads(SUBSCRIPTION_MAP.read_text(encoding="utf-8"))["tables"]["tiers"]
    return {plan: tier for tier, plan in tiers.items()}


def test_accounts_come_in_and_each_row_says_what_was_done(
    admin: Actor, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make_seller("US")
    out = tmp_path / "verdicts.csv"
    assert main(["accounts", str(ACCOUNTS), "--map", str(ACCOUNT_MAP), "--verdicts", str(out)]) == WELL
    with database.read_session() as session:
        countries = dict(session.execute(select(Account.country, func.count()).group_by(Account.country)).all())
    assert countries == {"US": 291, "GB": 58, "IN": 49, "AU": 32, "DE": 25, "CA": 23, "FR": 22}
    told = Counter(pd.read_csv(out)["What was done"])
    assert told["Country UK read as GB · Currency USD from the map · Language en from the map"] == 58
    assert told["Currency USD from the map · Language en from the map"] == 442


def test_each_months_recurring_revenue_by_tier_is_the_files(admin: Actor, capsys: pytest.CaptureFixture[str]) -> None:
    import_accounts()
    assert import_subscriptions("--dry-run") == WELL
    said = capsys.readouterr().out
    with database.read_session() as session:
        assert session.scalar(select(func.count()).select_from(Subscription)) == 0
    for line in ("trial without an end", "starts and ends on one day", "repeated trial", "not renewed"):
        assert line in said
    assert import_subscriptions() == WELL
    book = pd.read_csv(SUBSCRIPTIONS, parse_dates=["start_date", "end_date"])
    for last_day in pd.date_range("2022-12-31", "2025-02-28", freq="ME"):
        assert in_the_portal(last_day) == in_the_file(last_day, book), last_day
    with database.read_session() as session:
        statuses = dict(session.execute(select(Subscription.status, func.count()).group_by(Subscription.status)).all())
        assert session.scalar(select(func.count()).select_from(Document)) == 0
        assert list(violations(session)) == []
    assert sum(statuses.values()) == len(book) == 5000
    # 3,814 open ones and none that ends later; 54 open trials began in the last fourteen days
    assert (statuses["active"], statuses["trialing"]) == (3814, 54)


def test_the_same_file_again_changes_nothing(admin: Actor, capsys: pytest.CaptureFixture[str]) -> None:
    import_accounts()
    import_subscriptions()
    with database.read_session() as session:
        before = [session.scalar(select(func.count()).select_from(m)) for m in (Subscription, Movement, BilledPeriod)]
    capsys.readouterr()
    assert import_subscriptions() == WELL
    verdicts = [line.split() for line in capsys.readouterr().out.splitlines()[1:4]]
    assert verdicts == [["New", "0"], ["Unchanged", "5,000"], ["Refused", "0"]]
    with database.read_session() as session:
        after = [session.scalar(select(func.count()).select_from(m)) for m in (Subscription, Movement, BilledPeriod)]
    assert after == before


def test_the_nights_after_it_bill_exactly_what_renews(admin: Actor) -> None:
    import_accounts()
    import_subscriptions()
    book = pd.read_csv(SUBSCRIPTIONS, parse_dates=["start_date", "end_date"])
    running = book[book.end_date.isna() & ~book.is_trial & book.auto_renew_flag]
    run_night(admin, CUT_OVER, today=CUT_OVER)
    assert billed(CUT_OVER) == 0
    for day in (date(2025, 1, 2), date(2025, 1, 3)):
        run_night(admin, day, today=day)
        # of the day of month; annual ones of that month only
        due = running[(running.start_date.dt.day == day.day) & (running.start_date.dt.date < day)]
        months = (day.year - due.start_date.dt.year) * 12 + day.month - due.start_date.dt.month
        monthly = due[(due.billing_frequency == "monthly") & (months > 0)].mrr_amount.sum()
        annual = due[(due.billing_frequency == "annual") & (months > 0) & (months % 12 == 0)].arr_amount.sum()
        assert billed(day) == int(monthly + annual) * 100 > 0
    with database.read_session() as session:
        assert list(violations(session)) == []


def billed(day: date) -> int:
    """The net of what was invoiced on a day."""
    with database.read_session() as session:
        lines = select(func.sum(DocumentLine.net_minor)).join(Document, Document.id == DocumentLine.document_id)
        return int(session.scalar(lines.where(Document.issued_on == day)) or 0)


@pytest.mark.parametrize(("days", "written"), [("day_first", "%d/%m/%Y"), ("excel", "")])
def test_its_days_written_otherwise_are_asked_about(
    admin: Actor, tmp_path: Path, capsys: pytest.CaptureFixture[str], days: str, written: str
) -> None:
    import_accounts()
    book = pd.read_csv(SUBSCRIPTIONS, nrows=50, parse_dates=["start_date", "end_date"])
    for name in ("start_date", "end_date"):
        excel = (book[name] - pd.Timestamp("1899-12-30")).dt.days.astype("Int64")
        book[name] = book[name].dt.strftime(written) if written else excel
    file, columns = tmp_path / "book.csv", tmp_path / "map.toml"
    book.to_csv(file, index=False)
    arguments = ["subscriptions", str(file), "--cut-over", CUT_OVER.isoformat(), "--dry-run", "--map"]
    assert main([*arguments, str(SUBSCRIPTION_MAP)]) not in (WELL, ROWS_REFUSED)
    assert "can be read in more than one way" in capsys.readouterr().err
    columns.write_text(f'days = "{days}"\n' + SUBSCRIPTION_MAP.read_text(encoding="utf-8"), encoding="utf-8")
    assert main([*arguments, str(columns)]) == WELL
    assert capsys.readouterr().out.splitlines()[1].split() == ["New", "50"]
