"""The buyer's own references on documents: Leitweg-ID (DE), DIR3 offices (ES), SIRET (FR), each in its writing."""

from __future__ import annotations

import re

from stdnum.de import leitweg
from stdnum.exceptions import ValidationError
from stdnum.fr import siret as french


def leitweg_id(text: str) -> str | None:
    """A routing id of German public buyers with its check digits right (KoSIT specification 2.0.2), or None."""
    try:
        return str(leitweg.validate(text.replace(" ", "").upper()))
    except ValidationError:
        return None


def dir3(text: str) -> str | None:
    """A code of the Spanish directory of public offices: a letter and eight letters or digits, or None."""
    code = text.replace(" ", "").upper()
    return code if re.fullmatch(r"[A-Z]{1,2}[A-Z0-9]{7,8}", code) and len(code) == 9 else None


def siret(text: str) -> str | None:
    """The 14 digits of a French establishment with their check digit right, or None."""
    try:
        return str(french.validate(text))
    except ValidationError:
        return None
