"""Number series: locked last, counted without a gap, in the order of the days of issue."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import bindparam, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from data.models import NumberSeries
from services.errors import IssuedOutOfOrder


@dataclass(slots=True)
class Series:
    """A locked series of a year, as far as it has been counted."""

    name: str
    year: int
    last_number: int
    last_hash: str
    last_issued_on: date | None

    def take(self, day: date) -> tuple[int, str, str]:
        """The next number, as it is printed, and the hash before it. Raises `IssuedOutOfOrder`."""
        if self.last_issued_on is not None and day < self.last_issued_on:
            raise IssuedOutOfOrder(series=self.name, day=day, last_day=self.last_issued_on)
        self.last_number, self.last_issued_on = self.last_number + 1, day
        return self.last_number, f"{self.name}-{self.year}-{self.last_number:06d}", self.last_hash


def lock_series(session: Session, keys: Collection[tuple[str, int]]) -> dict[tuple[str, int], Series]:
    """The rows of these series and years, locked in order; two first documents of a year must not both create it."""
    return {key: _locked(session, *key) for key in sorted(keys)}


_LOCKED = (
    select(NumberSeries.last_number, NumberSeries.last_hash, NumberSeries.last_issued_on)
    .where(NumberSeries.series == bindparam("name"), NumberSeries.year == bindparam("year"))
    .with_for_update()
)


def _locked(session: Session, name: str, year: int) -> Series:
    key = {"name": name, "year": year}
    row = session.connection().execute(_LOCKED, key).one_or_none()
    if row is None:
        values = {"series": name, "year": year, "last_number": 0, "last_hash": ""}
        insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
        session.execute(insert(NumberSeries).values(values).on_conflict_do_nothing())
        row = session.connection().execute(_LOCKED, key).one()
    return Series(name, year, *row)
