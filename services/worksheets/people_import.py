"""Rows of licensed users judged against an account as it is."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.database import chunks
from data.models import Account, GroupMember, LicensedUser, UserGroup
from services.facts.catalog import product_names
from services.facts.seats import load
from services.rules.import_people import DETAILS, JudgedPerson, Register, Standing
from services.rules.import_records import Record
from services.rules.seats import Pool


def judged_people(
    session: Session,
    account: Account,
    records: Sequence[Record],
    today: date,
    allow: Callable[[JudgedPerson], JudgedPerson] = lambda row: row,
) -> tuple[JudgedPerson, ...]:
    """The verdict on each row, given the rows before it. `allow`: has the last word on a row before it counts."""
    register = _register(session, account, records, today)
    rows = []
    for record in records:
        row = allow(register.judge(record))
        register.take(row)
        rows.append(row)
    return tuple(rows)


def _register(session: Session, account: Account, records: Iterable[Record], today: date) -> Register:
    emails = {str(record.values.get("email", "")).lower() for record in records}
    users: dict[int, LicensedUser] = {}
    groups: dict[int, set[str]] = {}
    for some in chunks(sorted(emails)):
        found = select(LicensedUser).where(LicensedUser.account_id == account.id, LicensedUser.email.in_(some))
        users |= {user.id: user for user in session.scalars(found)}
    for ids in chunks(sorted(users)):
        joined = (
            select(GroupMember.user_id, UserGroup.name)
            .join(UserGroup, (UserGroup.account_id == GroupMember.account_id) & (UserGroup.id == GroupMember.group_id))
            .where(GroupMember.account_id == account.id, GroupMember.user_id.in_(ids))
        )
        for user_id, name in session.execute(joined):
            groups.setdefault(user_id, set()).add(name)
    holdings = load(session, account, users, today)
    pools: tuple[Pool, ...] = tuple(holdings.pools.values())
    people = {
        user.email: Standing(
            is_known=True,
            has_left=user.left_on is not None,
            details={name: getattr(user, name) for name in DETAILS},
            groups=groups.get(user.id, set()),
            held={
                product: (seat.subscription_id, seat.is_pending)
                for product, seat in holdings.seats.get(user.id, {}).items()
                if holdings.is_live(seat)
            },
        )
        for user in users.values()
    }
    return Register(people, pools, product_names(session), today)
