"""A real feed: 25,000 uses of RavenStack's subscriptions, 21 repeated numbers, and nobody's name."""

from datetime import date
from time import perf_counter

import pytest
from sqlalchemy import func, select

from data import database
from data.models import SubscriptionDay, UsageEvent, UsageFeed, UserDay
from services.commands.usage import apply_usage
from services.permissions import Actor
from services.queries.imports import open_file
from services.queries.usage_imports import plan_usage
from services.rules.import_kinds import ImportKind
from services.rules.import_mapping import suggest
from services.rules.import_verdicts import Verdict
from tests.services.test_real_book import FOLDER, import_accounts, import_subscriptions

FEED = FOLDER / "ravenstack_feature_usage.csv"
TODAY = date(2025, 1, 1)

pytestmark = pytest.mark.skipif(not FEED.exists(), reason=f"no feed at {FEED} (see PORTAL_REAL_DATA)")


def count(model: type) -> int:
    with database.read_session() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def test_the_feed_comes_in_once_as_evidence_for_subscriptions_only(admin: Actor) -> None:
    import_accounts()
    import_subscriptions()
    table = open_file(admin, FEED.read_bytes(), kind=ImportKind.USAGE)
    columns = suggest(table.header, ImportKind.USAGE)
    assert {name: source.column for name, source in columns.sources} == {
        "at": "usage_date",
        "reference": "subscription_id",
        "event_id": "usage_id",
    }
    begun = perf_counter()
    plan = plan_usage(admin, table, columns, today=TODAY)
    assert (plan.counts[Verdict.NEW], plan.counts[Verdict.REFUSED], len(plan.rows)) == (24_979, 21, 25_000)
    assert {problem.code for row in plan.rows for problem in row.problems} == {"event_twice"}
    assert (plan.with_users, plan.without_users) == (0, 24_979)
    list(apply_usage(admin, plan))
    print(f"25,000 rows planned and written in {perf_counter() - begun:.1f} s")
    told = {(row.activity.subscription_id, row.activity.day) for row in plan.rows if row.activity}
    assert (count(SubscriptionDay), count(UserDay)) == (len(told), 0)
    assert 0 < count(UsageEvent) < 5_000  # those of the last 90 days
    with database.read_session() as session:
        assert set(session.scalars(select(UsageFeed.names_users))) == {False}
    again = plan_usage(admin, table, columns, today=TODAY)
    assert (again.counts[Verdict.NEW], again.counts[Verdict.UNCHANGED]) == (0, 24_979)
