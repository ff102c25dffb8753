"""Where people of the demo book work: departments with a cost centre and a manager each; some are not told."""

import random
from datetime import date

from sqlalchemy import select

from data.models import Account, LicensedUser
from services import access
from services.commands.seat_bulk import BulkRequest, SeatDeed, change_many
from services.permissions import Actor, Permission

_UNITS = (
    ("Field service", "4100", "Mona Lund"),
    ("IT", "4200", "Ravi Okafor"),
    ("Sales", "4300", "Inés Caldera"),
)
_DEEDS = (SeatDeed.DEPARTMENT, SeatDeed.COST_CENTRE, SeatDeed.MANAGER)
_FEWEST = 12  # people; smaller customers keep no such list


def place_people(licence_manager: Actor, today: date) -> None:
    """Departments for the larger accounts the licence manager is granted."""
    dice = random.Random("departments of tarnway")
    with access.reading(licence_manager, Permission.SEE_SEATS) as session:
        rows = session.execute(
            select(LicensedUser.account_id, LicensedUser.id)
            .join(Account, Account.id == LicensedUser.account_id)
            .where(Account.kind != "self_service")
            .order_by(Account.code, LicensedUser.email)
        ).all()
    people: dict[int, list[int]] = {}
    for account_id, user_id in rows:
        people.setdefault(account_id, []).append(user_id)
    for account_id, users in people.items():
        if len(users) < _FEWEST:
            continue
        units: dict[int, list[int]] = {}
        for user in users:
            units.setdefault(dice.randrange(len(_UNITS) + 1), []).append(user)  # the last one is nowhere
        for place, unit in enumerate(_UNITS):
            chosen = tuple(units.get(place, ()))
            for deed, text in zip(_DEEDS, unit, strict=True):
                if chosen:
                    change_many(licence_manager, BulkRequest(account_id, deed, chosen, text=text), today=today)
