"""Activity of the demo book: most people work, some stopped, some never began; backups run without names."""

import random
from datetime import date, timedelta

from sqlalchemy import select

from data.models import Account, LicensedUser, Seat, Subscription
from services import access
from services.commands.usage import apply_usage
from services.permissions import Actor, Permission
from services.queries.usage_imports import plan_usage
from services.rules.import_kinds import ImportKind
from services.rules.import_mapping import suggest
from services.rules.tables import Row, make_table

_UNNAMED = "backup"  # a product whose feed names nobody
_OLD, _OLD_DAYS = "signatures", 12  # one whose last delivery is some days ago
_HISTORY = 150  # days


def deliver_activity(licence_manager: Actor, today: date) -> None:
    """One delivery for the accounts the licence manager is granted, up to yesterday."""
    rows = [("account", "user", "product", "used at"), *_rows(licence_manager, today)]
    table = make_table(Row(number, row) for number, row in enumerate(rows, start=1))
    plan = plan_usage(licence_manager, table, suggest(table.header, ImportKind.USAGE), today=today)
    for _progress in apply_usage(licence_manager, plan):
        pass


def _rows(licence_manager: Actor, today: date) -> list[tuple[str, str, str, str]]:
    dice = random.Random("activity of tarnway")
    with access.reading(licence_manager, Permission.SEE_USAGE) as session:
        seats = session.execute(
            select(Account.code, LicensedUser.email, Seat.product)
            .join(LicensedUser, (LicensedUser.account_id == Seat.account_id) & (LicensedUser.id == Seat.user_id))
            .join(Account, Account.id == Seat.account_id)
            .where(Seat.released_at.is_(None), Seat.product != _UNNAMED)
            .order_by(Account.code, LicensedUser.email, Seat.product)
        ).all()
        unnamed = session.scalars(
            select(Account.code)
            .join(Subscription, Subscription.account_id == Account.id)
            .where(Subscription.product == _UNNAMED, Subscription.status == "active")
            .order_by(Account.code)
        ).all()
    found = []
    for code, email, product in seats:
        newest = _OLD_DAYS if product == _OLD else 1
        kind = dice.random()
        if kind < 0.12:
            continue  # never began
        newest = dice.randint(95, 130) if kind < 0.2 else dice.randint(35, 80) if kind < 0.28 else newest
        step = dice.randint(9, 16)
        for day in range(newest + (dice.randint(0, 5) if newest == 1 else 0), _HISTORY, step):
            found.append((code, email, product, _moment(today, day, dice)))
    found += [(code, "", _UNNAMED, _moment(today, day, dice)) for code in unnamed for day in range(1, _HISTORY, 4)]
    return found


def _moment(today: date, days_ago: int, dice: random.Random) -> str:
    return f"{today - timedelta(days=days_ago)} {dice.randint(7, 17):02d}:{dice.randint(0, 59):02d}"
