"""Builds the demo book: two years, day by day, first the night of each day, then what people do on it."""

import gc
import random
import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from data.period import months_after
from services import access
from services.commands.billing import run_night
from services.demo import closing, people, turns, unfinished
from services.demo.diary import Clock, Diary
from services.demo.money import FinanceDesk
from services.demo.people import Actors, Customer
from services.demo.places import place_people
from services.demo.use import deliver_activity

MONTHS = 24
_BOOK = Path(__file__).resolve().parents[2] / "data" / "demo_book.toml"


def build(today: date, progress: Callable[[int, int], None] = lambda done, total: None) -> None:
    """Build the book in a database with catalog and no users, up to `today`; `progress(done, total)` in days."""
    first = months_after(today, -MONTHS)
    clock, diary = Clock(first), Diary(first, today)
    access.use_clock(clock)
    try:
        with _quietly():
            actors = people.users(first)
            customers = _customers(actors)
            for customer, opens in _openings(customers, diary):
                turns.tell(customer, diary, actors, opens)
            unfinished.leave_open(customers, diary, actors)
            desk = FinanceDesk(actors["finance"], customers)
            total = (today - first).days + 1
            for done, day in enumerate(diary.days(), start=1):
                clock.night(day)
                if day == today:
                    unfinished.keep_mails()
                run_night(None, day, today=day)
                clock.morning(day)
                diary.play()
                desk.work(day)
                closing.close(actors["finance"], day, today)
                progress(done, total)
            people.share_work(actors, today)
            place_people(access.identify(actors["licences"].user_id, today), today)
            deliver_activity(access.identify(actors["licences"].user_id, today), today)
            unfinished.fail_one_mail()
    finally:
        access.use_clock(None)


@contextmanager
def _quietly() -> Iterator[None]:
    """Without the collector's walks over all that lives: a fifth of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _customers(actors: Actors) -> list[Customer]:
    rows: list[dict[str, Any]] = tomllib.loads(_BOOK.read_text(encoding="utf-8"))["customer"]
    return [people.customer(row, place, actors) for place, row in enumerate(rows)]


def _openings(customers: list[Customer], diary: Diary) -> Iterator[tuple[Customer, date]]:
    """The day each account is opened: a third in the first weeks, the others over the two years, five just now."""
    days = (diary.last - diary.first).days
    dice = random.Random("tarnway openings")
    places = [customer.place for customer in customers if customer.is_complete]
    dice.shuffle(places)
    for rank, place in enumerate(places):
        late = (rank - 20) / (len(places) - 20)
        ahead = dice.randint(0, 40) if rank < 20 else 40 + round(late * (days - 60)) + dice.randint(0, 10)
        yield customers[place], diary.first + timedelta(days=ahead)
    for number, customer in enumerate(one for one in customers if not one.is_complete):
        yield customer, diary.last - timedelta(days=3 + 5 * number)
