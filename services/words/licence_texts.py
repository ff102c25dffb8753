"""Words for licence positions and for what is decided about seats: problems, refusals, fields, what happened."""

from __future__ import annotations

from collections.abc import Mapping

from services.words.i18n import N_

# Merged into the table of problems.
LICENCE_PROBLEMS: Mapping[str, str] = {
    "position_early": N_("{field}: it is too long ago. Choose {earliest} or a later day."),
    "position_ahead": N_("{field}: it is still to come. Choose today, {today}, or an earlier day."),
}
