"""Balance paid back and open amounts written off. They are asked for by commands of their own (`money_requests`)."""

from datetime import date

from sqlalchemy.orm import Session

from data.models import Account, Approval
from services.deeds import refunds as money_deeds
from services.deeds.approvals.deed import Deed
from services.permissions import Actor, Permission


def _refund(session: Session, actor: Actor, account: Account, approval: Approval, today: date) -> None:
    money_deeds.refund(session, account, approval, today)


def _write_off(session: Session, actor: Actor, account: Account, approval: Approval, today: date) -> None:
    money_deeds.write_off(session, account, approval, today)


REFUND = Deed(Permission.DECIDE_MONEY, _refund)
WRITE_OFF = Deed(Permission.DECIDE_MONEY, _write_off)
