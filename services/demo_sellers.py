"""The invented selling entities of `data/demo_sellers.toml`, as the forms that create them."""

import tomllib
from functools import cache
from pathlib import Path

from services.rules.seller_profile import BankDetails, SellerProfile

_FILE = Path(__file__).resolve().parents[1] / "data" / "demo_sellers.toml"


@cache
def demo_sellers() -> dict[str, SellerProfile]:
    """Country → a complete seller there: ES, DE, FR, GB, US. Give them to `commands.sellers.save_seller`."""
    rows = tomllib.loads(_FILE.read_text(encoding="utf-8"))["seller"]
    return {
        row["country"]: SellerProfile(
            **{**row, "banks": {currency: BankDetails(**bank) for currency, bank in row["banks"].items()}}
        )
        for row in rows
    }
