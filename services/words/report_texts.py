"""What reports say: names and faults of their filters."""

from __future__ import annotations

from collections.abc import Mapping

from services.words.i18n import N_

# Merged into the tables of fields and problems; `{field}` is the filter's name.
REPORT_FIELDS: Mapping[str, str] = {"as_of": N_("As of")}
REPORT_PROBLEMS: Mapping[str, str] = {
    "filter_not_offered": N_(
        "{field}: the address asks for “{value}”, which is not offered to you. It limits nothing here."
    ),
    "filter_not_a_day": N_("{field}: the address asks for “{value}”, which is not a day. The report is as of today."),
    "filter_day_ahead": N_("{field}: {day} is still to come. The report is as of today."),
}
