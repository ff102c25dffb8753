"""Erases persons: name and address in their row, in mails to them and in the audit trail; what was issued stays."""

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from data.models import AuditEntry, GroupMember, LicensedUser, OutboxMail, SeatRequest, User
from services import access
from services.rules.erasing import ERASED_NAME, erased_email, without


def erase_licensed_user(session: Session, user: LicensedUser) -> None:
    """Put neutral texts in the place of a licensed user's name and address, wherever they stand."""
    values = frozenset({user.name.casefold(), user.email.casefold()})
    own = OutboxMail.event_key.like(f"%:{user.account_id}:{user.id}:%")
    for mail in session.scalars(select(OutboxMail).where(OutboxMail.account_id == user.account_id, own)):
        mail.recipients, mail.facts = [ERASED_NAME], without(mail.facts, values, names=True)
        if mail.status in ("queued", "failed"):
            mail.status = "kept"  # nobody is left to get it
    _erase_trail(session, user.id, values)
    user.name, user.email, user.search_text = ERASED_NAME, erased_email(user.id), ""
    user.department = user.cost_centre = user.manager = user.exclusion_reason = ""
    user.excluded_until = None
    for model in (GroupMember, SeatRequest):
        mine = (model.account_id == user.account_id, model.user_id == user.id)
        session.execute(delete(model).where(*mine))
    user.version += 1


def erase_user(session: Session, user: User) -> None:
    """Put neutral texts in the place of a portal user's name and address; what they did stays theirs by id."""
    values = frozenset({user.name.casefold(), user.email.casefold()})
    _erase_trail(session, user.id, values)
    for entry in session.scalars(select(AuditEntry).where(AuditEntry.subject.in_([user.name, user.email]))):
        entry.subject = ERASED_NAME
        entry.before, entry.after = without(entry.before, values), without(entry.after, values)
    user.name, user.email, user.not_before = ERASED_NAME, erased_email(user.id), access.now()
    user.version += 1


def _erase_trail(session: Session, person_id: int, values: frozenset[str]) -> None:
    """What the audit trail says about the person, also under names and addresses of before."""
    for entry in session.scalars(select(AuditEntry).where(AuditEntry.subject_id == person_id)):
        entry.subject = ERASED_NAME
        entry.before = without(entry.before, values, names=True)
        entry.after = without(entry.after, values, names=True)
