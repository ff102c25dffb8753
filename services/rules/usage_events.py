"""Activity that a feed tells of, row by row: whose it is, whether it is known already, and what its file covers."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import reduce
from hashlib import sha256

from data.period import months_after
from services.errors import Problem
from services.rules.import_records import Record
from services.rules.import_verdicts import Verdict
from services.rules.usage import Feed

RAW_DAYS = 90
ROLLUP_MONTHS = 25
LONGEST_EVENT_ID = 90


@dataclass(frozen=True, slots=True)
class Used:
    """A subscription that activity may be about, with the days `[starts_on, ends_on)` it gives access on."""

    account_id: int
    subscription_id: int
    product: str
    starts_on: date
    ends_on: date | None

    def runs_on(self, day: date) -> bool:
        """Whether it gives access on the day."""
        return self.starts_on <= day and (self.ends_on is None or day < self.ends_on)


@dataclass(frozen=True, slots=True)
class UsageGround:
    """What rows are judged against, as far as the actor sees it.

    `accounts` by code, `products` by code and by name (in small letters), `references` of subscriptions, `owned`:
    (account, product) → its subscriptions, `users`: mail address → account → licensed user.
    """

    today: date
    accounts: Mapping[str, int]
    products: Mapping[str, str]
    references: Mapping[str, Sequence[Used]]
    owned: Mapping[tuple[int, str], Sequence[Used]]
    users: Mapping[str, Mapping[int, int]]

    @property
    def raw_from(self) -> date:
        """The first day whose events are kept one by one."""
        return self.today - timedelta(days=RAW_DAYS - 1)

    @property
    def days_from(self) -> date:
        """The first day that is kept at all."""
        return kept_from(self.today)


@dataclass(frozen=True, slots=True)
class Activity:
    """One activity of a subscription, by a licensed user where the feed names one."""

    account_id: int
    subscription_id: int
    product: str
    user_id: int | None
    at: datetime
    key: str

    @property
    def day(self) -> date:
        """The day of it, in UTC."""
        return self.at.date()


@dataclass(frozen=True, slots=True)
class KnownUse:
    """What is stored already: events by key, and the last moment of days by (account, user, product, day) and
    (account, subscription, day)."""

    events: Mapping[str, Collection[Activity]] = field(default_factory=dict)
    user_days: Mapping[tuple[int, int, str, date], datetime] = field(default_factory=dict)
    subscription_days: Mapping[tuple[int, int, date], datetime] = field(default_factory=dict)

    def covers(self, activity: Activity) -> bool:
        """Whether the days know of it already, so that it would change nothing there."""
        days = [self.subscription_days.get((activity.account_id, activity.subscription_id, activity.day))]
        if activity.user_id is not None:
            of_user = (activity.account_id, activity.user_id, activity.product, activity.day)
            days.append(self.user_days.get(of_user))
        return all(last is not None and last >= activity.at for last in days)


@dataclass(frozen=True, slots=True)
class JudgedUse:
    """A row with its verdict. `outside`: the subscription gave no access on the day, which the feed may know better."""

    row: int
    verdict: Verdict
    activity: Activity | None = None
    problems: tuple[Problem, ...] = ()
    said: Mapping[str, str] = field(default_factory=dict)
    outside: bool = False


def kept_from(today: date) -> date:
    """The first day that roll-ups are kept of (25 months)."""
    return months_after(today, -ROLLUP_MONTHS)


def activities(records: Iterable[Record], ground: UsageGround) -> Iterator[JudgedUse]:
    """Each row as an activity, not yet compared with what is stored: new, refused, or the same again in the file.

    The same event id may stand twice if it says the same; with anything else it is refused the second time.
    """
    first: dict[str, tuple[int, Activity]] = {}
    for record in records:
        said = {name: str(value) for name, value in record.values.items()}
        if record.problems:
            yield JudgedUse(record.row, Verdict.REFUSED, None, record.problems, said)
            continue
        used, problem = _used(record, ground)
        if problem or used is None:
            yield JudgedUse(record.row, Verdict.REFUSED, None, (problem,) if problem else (), said)
            continue
        activity, problem = _activity(record, used, ground)
        if problem or activity is None:
            yield JudgedUse(record.row, Verdict.REFUSED, None, (problem,) if problem else (), said)
            continue
        row, earlier = first.setdefault(activity.key, (record.row, activity))
        outside = not used.runs_on(activity.day)
        if row == record.row:
            yield JudgedUse(row, Verdict.NEW, activity, (), said, outside)
        elif earlier == activity:
            yield JudgedUse(record.row, Verdict.UNCHANGED, activity, (), said, outside)
        else:
            yield JudgedUse(record.row, Verdict.REFUSED, None, (_taken(record, row),), said)


def compared(judged: JudgedUse, known: KnownUse, ground: UsageGround) -> JudgedUse:
    """The verdict once it is known what is stored."""
    activity = judged.activity
    if judged.verdict is not Verdict.NEW or activity is None:
        return judged
    stored = known.events.get(activity.key, ())
    if activity in stored:
        return _with(judged, Verdict.UNCHANGED)
    if stored and not activity.key.startswith("="):
        problem = Problem("event_id", "event_id_taken", {"value": activity.key})
        return JudgedUse(judged.row, Verdict.REFUSED, None, (problem,), judged.said)
    if activity.day < ground.raw_from and known.covers(activity):
        return _with(judged, Verdict.UNCHANGED)
    return judged


def coverage(rows: Iterable[JudgedUse], gap: timedelta) -> dict[tuple[int, str, bool], Feed]:
    """What a delivery covers: (account, product, names users) → days.

    The file's days of a product count for each account that it tells of, from the newest back to the first hole longer
    than `gap`: a late row covers nothing but itself.
    """
    told = [row.activity for row in rows if row.activity is not None and row.verdict is not Verdict.REFUSED]
    days: dict[tuple[str, bool], set[date]] = {}
    for activity in told:
        days.setdefault((activity.product, activity.user_id is not None), set()).add(activity.day)
    whole = {kind: _joined(sorted(each), gap) for kind, each in days.items()}
    named = {(activity.account_id, activity.product, activity.user_id is not None) for activity in told}
    return {key: whole[key[1:]] for key in sorted(named)}


def _joined(days: Sequence[date], gap: timedelta) -> Feed:
    return reduce(lambda feed, day: feed.joined(Feed(day, day), gap), days, Feed(days[0], days[0]))


def _with(judged: JudgedUse, verdict: Verdict) -> JudgedUse:
    return JudgedUse(judged.row, verdict, judged.activity, (), judged.said, judged.outside)


def _used(record: Record, ground: UsageGround) -> tuple[Used | None, Problem | None]:
    """The subscription a row is about."""
    values = record.values
    code = str(values.get("code", ""))
    account = ground.accounts.get(code)
    if code and account is None:
        return None, Problem("code", "value_unknown", {"value": code[:60]})
    product = ground.products.get(str(values.get("product", "")).casefold())
    if values.get("product") and product is None:
        return None, Problem("product", "value_unknown", {"value": str(values["product"])[:60]})
    reference = str(values.get("reference", ""))
    if reference:
        found = [used for used in ground.references.get(reference, ()) if account in (None, used.account_id)]
        if len(found) != 1:
            why = "several_subscriptions" if found else "value_unknown"
            return None, Problem("reference", why, {"value": reference[:60]})
        if product and found[0].product != product:
            return None, Problem("product", "not_of_subscription", {"value": str(values["product"])[:60]})
        return found[0], None
    if product is None:
        return None, Problem("product", "product_or_subscription")
    return _of_product(record, product, account, ground)


def _of_product(
    record: Record, product: str, account: int | None, ground: UsageGround
) -> tuple[Used | None, Problem | None]:
    if account is None:
        known = ground.users.get(str(record.values.get("user", "")), {})
        having = [key for key in known if ground.owned.get((key, product))]
        if len(having) != 1:
            return None, Problem("code", "account_needed")
        account = having[0]
    owned = ground.owned.get((account, product), ())
    if not owned:
        return None, Problem("product", "product_not_bought", {"value": str(record.values["product"])[:60]})
    at = record.values.get("at")
    day = at.date() if isinstance(at, datetime) else ground.today
    return max(owned, key=lambda used: (used.runs_on(day), used.starts_on, used.subscription_id)), None


def _activity(record: Record, used: Used, ground: UsageGround) -> tuple[Activity | None, Problem | None]:
    at, email = record.values.get("at"), str(record.values.get("user", ""))
    if not isinstance(at, datetime):
        return None, Problem("at", "required")
    at = at.astimezone(UTC)
    if at.date() > ground.today + timedelta(days=1):  # one day: the zones of the world
        return None, Problem("at", "in_the_future", {"day": at.date()})
    if at.date() < ground.days_from:
        return None, Problem("at", "too_old", {"day": at.date(), "months": ROLLUP_MONTHS})
    user = ground.users.get(email, {}).get(used.account_id)
    if email and user is None:
        return None, Problem("user", "unknown_licensed_user", {"value": email[:80]})
    event_id = str(record.values.get("event_id", ""))
    if len(event_id) > LONGEST_EVENT_ID:
        return None, Problem("event_id", "too_long", {"limit": LONGEST_EVENT_ID})
    said = f"{used.account_id} {used.subscription_id} {user or ''} {at.isoformat()}"
    key = event_id or f"={sha256(said.encode()).hexdigest()[:32]}"
    return Activity(used.account_id, used.subscription_id, used.product, user, at, key), None


def _taken(record: Record, row: int) -> Problem:
    return Problem("event_id", "event_twice", {"value": str(record.values.get("event_id", "")), "row": row})


def pseudonym(user_id: int) -> str:
    """A short mark for a person whose name is hidden: the same on every page, and no name."""
    return sha256(f"person {user_id}".encode()).hexdigest()[:6].upper()
