"""Days worked out by both databases are those of `data.period`."""

from datetime import date, timedelta

import pytest
from sqlalchemy import Date, literal, select

from data import database
from data.days import days_before, months_after
from data.period import months_after as by_hand

DAYS = (date(2024, 2, 29), date(2026, 1, 31), date(2026, 3, 30), date(2026, 12, 31), date(2027, 2, 28))


@pytest.mark.both_databases
def test_days_before_and_months_after(db: object) -> None:
    with database.read_session() as session:
        for day in DAYS:
            given = literal(day, Date)
            for count in (0, 1, 30, 366):
                assert session.scalar(select(days_before(given, count))) == day - timedelta(days=count)
            for count in (1, 11, 12, 36):
                assert session.scalar(select(months_after(given, count))) == by_hand(day, count), (day, count)
