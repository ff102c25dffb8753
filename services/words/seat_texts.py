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
    "SeatDeed": {
        "assign": N_("Assign seats"),
        "invite": N_("Invite"),
        "release": N_("Release seats"),
        "move": N_("Move seats to another subscription"),
        "suspend": N_("Suspend: release all seats"),
        "join": N_("Add to a group"),
        "leave": N_("Take out of a group"),
        "department": N_("Set the department"),
        "cost_centre": N_("Set the cost centre"),
        "manager": N_("Set the manager"),
    },
    "UserState": {
        "active": N_("active now"),
        "invited": N_("invited"),
        "suspended": N_("suspended"),
        "excluded": N_("excluded for now"),
        "left": N_("has left"),
    },
    "StepKind": {
        "enrol": N_("new licensed user"),
        "join": N_("into group {what}"),
        "assign": N_("seat of {what}"),
        "invite": N_("invitation to {what}"),
        "accept": N_("{what} accepted"),
        "release": N_("{what} released"),
    },
    "Origin": {
        "assigned": N_("assigned"),
        "invited": N_("by invitation"),
        "moved": N_("moved here"),
        "undone": N_("release undone"),
        "restored": N_("given back with the subscription"),
    },
    "Ending": {
        "released": N_("released"),
        "withdrawn": N_("invitation withdrawn"),
        "moved": N_("moved away"),
    },
}

SEAT_FIELDS: Mapping[str, str] = {"group": N_("Group"), "access": N_("Access")}

# Merged into the table of problems.
SEAT_PROBLEMS: Mapping[str, str] = {
    "has_left_already": N_("{field}: the person has left and gets no seat. Assign it on the person's page."),
    "never_invited": N_("{field}: there is no invitation to {product} that could be accepted."),
    "no_subscription_of": N_("{field}: the account has no live subscription of {value}."),
    "no_seat_left": N_("{field}: no seat of {value} is free. Release seats or add some to the subscription."),
    "person_changed_meanwhile": N_("{field}: the person changed since you looked. Look at the verdicts again."),
}

SEAT_ACTIONS: Mapping[str, str] = {
    "move_seat": N_("Seat of {subject} moved to another subscription"),
    "invite_users": N_("{subject} invited"),
    "resend_invitation": N_("Invitation sent again to {subject}"),
    "accept_invitation": N_("Invitation accepted by {subject}"),
    "create_group": N_("Group {subject} made"),
    "import_people": N_("Licensed users imported"),
    "rename_group": N_("Group {subject} renamed"),
    "delete_group": N_("Group {subject} deleted"),
    "join_group": N_("Users added to group {subject}"),
    "leave_group": N_("Users taken out of group {subject}"),
}
