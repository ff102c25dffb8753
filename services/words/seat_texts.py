"""Words for the lives of seats: what becomes of a row, how a seat came and went, what happened."""

from __future__ import annotations

from collections.abc import Mapping

from services.words.i18n import N_

# By the name of the StrEnum.
SEAT_ENUMS: Mapping[str, Mapping[str, str]] = {
    "SeatVerdict": {
        "done": N_("will be done"),
        "already": N_("is so already"),
        "no_seat_free": N_("no seat free"),
        "left": N_("has left"),
        "gone": N_("seat given back meanwhile"),
        "other_product": N_("another product"),
        "has_no_seat": N_("has no seat"),
        "unknown": N_("not a licensed user"),
    },
    "Origin": {
        "assigned": N_("assigned"),
        "invited": N_("invited"),
        "moved": N_("moved here"),
        "undone": N_("release undone"),
        "restored": N_("given back with the subscription"),
    },
    "Ending": {
        "": N_("subscription ended"),
        "released": N_("released"),
        "withdrawn": N_("invitation withdrawn"),
        "moved": N_("moved away"),
    },
}

SEAT_ACTIONS: Mapping[str, str] = {
    "move_seat": N_("Seat of {subject} moved to another subscription"),
    "invite_users": N_("{subject} invited"),
}
