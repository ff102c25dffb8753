"""Codes for new accounts, from their names."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

LONGEST = 30
MOST_TRIES = 200


def codes_for(legal_name: str) -> Iterator[str]:
    """Codes to try in turn: ACME-CORP, ACME-CORP-2, … A name without Latin letters or digits has none."""
    latin = unicodedata.normalize("NFKD", legal_name).encode("ascii", "ignore").decode()
    stem = "-".join(re.findall(r"[A-Za-z0-9]+", latin))[:LONGEST].strip("-").upper()
    if stem:
        yield stem
        yield from (f"{stem}-{number}" for number in range(2, MOST_TRIES))
