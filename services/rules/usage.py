"""What is known of a seat's use: used, idle, excluded by a rule, or no evidence (billing rules §11)."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum


class SeatUse(StrEnum):
    """Every assigned seat is one of these on any day."""

    USED = "used"
    IDLE = "idle"
    EXCLUDED = "excluded"
    NO_EVIDENCE = "no_evidence"


class Why(StrEnum):
    """The rule or the evidence behind a seat's use."""

    IN_USE = "in_use"  # activity within the days that count as in use
    SEEN = "seen"  # activity, though not lately
    NOT_SEEN = "not_seen"  # none for as long as makes a seat idle
    YOUNG = "young"
    PENDING = "pending"
    EXCLUDED_USER = "excluded_user"
    NO_FEED = "no_feed"  # no feed, or none that names users
    STALE = "stale"  # the feed is too old to say that nothing happened
    SHORT = "short"  # the feed does not reach back far enough


@dataclass(frozen=True, slots=True)
class UsePolicy:
    """Days: activity within `in_use_days` is use, none for `idle_days` is idleness; seats younger than `young_days`
    are never idle, and a feed older than `stale_days` claims nothing."""

    in_use_days: int = 30
    idle_days: int = 90
    young_days: int = 30
    stale_days: int = 7


@dataclass(frozen=True, slots=True)
class Feed:
    """What a feed that names users covers: every day from `since` to `until`, both included."""

    since: date
    until: date

    def age(self, today: date) -> int:
        """Days since the newest activity it tells of."""
        return max((today - self.until).days, 0)

    def is_stale(self, policy: UsePolicy, today: date) -> bool:
        """Whether it is too old for a claim that nothing happened."""
        return self.age(today) > policy.stale_days

    def joined(self, other: "Feed", gap: timedelta) -> "Feed":
        """The two as one where they overlap or lie at most `gap` apart; else the newer one, for a hole covers nothing.

        Late deliveries lengthen it at the beginning; the order of deliveries does not matter.
        """
        first, last = sorted((self, other), key=lambda feed: (feed.since, feed.until))
        if last.since - first.until > gap:
            return last if last.until >= first.until else first
        return Feed(first.since, max(first.until, last.until))


@dataclass(frozen=True, slots=True)
class SeatFacts:
    """A seat assigned now. `held_since`: the day its user got it; `is_excluded`: its user is, on the day asked."""

    held_since: date
    last_seen_on: date | None = None
    is_pending: bool = False
    is_excluded: bool = False


@dataclass(frozen=True, slots=True)
class Use:
    """A seat's use, why, and of an idle one since when."""

    use: SeatUse
    why: Why
    idle_since: date | None = None


def quiet_after(feed: Feed, policy: UsePolicy, today: date) -> date:
    """The day whose morrow begins the idle days: activity later than it is use.

    The idle days are counted back from the newest day a fresh feed tells of, for the days since are not known.
    """
    known = today if feed.is_stale(policy, today) else min(feed.until, today)
    return known - timedelta(days=policy.idle_days)


def use_of(seat: SeatFacts, feed: Feed | None, policy: UsePolicy, today: date) -> Use:
    """The use of an assigned seat (billing rules §11).

    Without a feed that names users nothing is said. Activity is use whatever else holds; what was not used is excluded
    where a rule forbids to call it idle; it is idle only where a fresh feed covers the whole time asked about.
    """
    if feed is None:
        return Use(SeatUse.NO_EVIDENCE, Why.NO_FEED)
    quiet = quiet_after(feed, policy, today)
    if seat.last_seen_on and seat.last_seen_on > quiet:
        lately = seat.last_seen_on > today - timedelta(days=policy.in_use_days)
        return Use(SeatUse.USED, Why.IN_USE if lately else Why.SEEN)
    if seat.is_pending:
        return Use(SeatUse.EXCLUDED, Why.PENDING)
    if seat.is_excluded:
        return Use(SeatUse.EXCLUDED, Why.EXCLUDED_USER)
    if seat.held_since > today - timedelta(days=policy.young_days):
        return Use(SeatUse.EXCLUDED, Why.YOUNG)
    if feed.is_stale(policy, today):
        return Use(SeatUse.NO_EVIDENCE, Why.STALE)
    if feed.since > max(quiet + timedelta(days=1), seat.held_since):
        return Use(SeatUse.NO_EVIDENCE, Why.SHORT)
    return Use(SeatUse.IDLE, Why.NOT_SEEN, max(seat.last_seen_on or seat.held_since, seat.held_since))
