"""Rendering: a stored sheet and the template it names become the same PDF/A-3b bytes on every machine."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from threading import Lock

import typst

from services.documents.printable import FONTS
from services.documents.sheet import Sheet

_HERE = Path(__file__).parent
_NAMES = re.compile(r"[a-z]+-[0-9]+")
_PPI = 110  # of an image that is looked at on a screen
_one_at_a_time = Lock()  # a compiler keeps its caches between documents


def render(sheet: Sheet) -> bytes:
    """The PDF of a sheet. Same sheet, same bytes: packaged fonts only, stamped with the day of issue.

    Raises ValueError for a sheet that names no template of ours.
    """
    issued = datetime.fromisoformat(sheet["issued_on"]).replace(tzinfo=UTC)
    with _one_at_a_time:
        pdf = _compiler(sheet["template"]).compile(
            format="pdf",
            sys_inputs={"sheet": json.dumps(sheet, sort_keys=True)},
            pdf_standards="a-3b",
            timestamp=int(issued.timestamp()),
        )
    if not isinstance(pdf, bytes):
        raise TypeError("the compiler made no PDF")
    return pdf


def images(sheet: Sheet) -> tuple[bytes, ...]:
    """The pages of a sheet as PNG images, to be looked at on a screen. Raises ValueError as `render` does."""
    with _one_at_a_time:
        pages = _compiler(sheet["template"]).compile(
            format="png", ppi=_PPI, sys_inputs={"sheet": json.dumps(sheet, sort_keys=True)}
        )
    return (pages,) if isinstance(pages, bytes) else tuple(pages or ())


@cache
def _compiler(template: str) -> typst.Compiler:
    path = _HERE / f"{template}.typ"
    if not _NAMES.fullmatch(template) or not path.is_file():
        raise ValueError(f"no template {template!r}")
    return typst.Compiler(str(path), root=str(_HERE), font_paths=[str(FONTS)], ignore_system_fonts=True)
