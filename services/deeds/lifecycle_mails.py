"""The mails of a subscription's life: what each tells, to whom, and under which key it goes out once.

Facts, JSON-ready (days as ISO text, amounts as {minor, currency}); all have `account`, `contact`, `rep`, `rep_email`,
and, but for the reminder, `product`, `plan`, `seats`, `reference`:

- `trial_extended`: `ends_on`, the first day after the trial
- `trial_ending`: `ends_on`, `days` (7, 3, 1), `end_action` (expire, convert, downgrade_to_free), `to_plan` (its name,
  or ""); for `convert` `net` of a period and its `interval`, else None and ""
- `trial_expired`: `ended_on`, the first day without access
- `cancellation_confirmed`: `ends_on`, the first day without access; `is_called_off` (bool): it never began, and was
  to start on `ends_on`
- `reactivated`: `renews_on`, `renews` (bool; false: it ends that day)
- `subscription_ended`: `ended_on`
- `renewal_notice`: `renews_on`, `days` (60, 30, 7), `act_until` (the last day to act), `interval`, `net` of a period
- `payment_reminder`: `number`, `due_on`, `days` past due (1, 7, 14), `total`, `open`

The night, which works in bulk, builds `Parties` and `About` itself and hands the letters' facts to its own writer.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from data.models import Account, Plan, Product, Subscription, User
from data.money import Money
from data.period import Interval
from services.facts.parties import billing_contact
from services.journal.mails import queue_mail
from services.permissions import Actor
from services.rules.trials import EndAction


@dataclass(frozen=True, slots=True)
class Parties:
    """Who is written to, who gets a copy, and whom to ask: the account's rep."""

    account: str
    contact: str
    recipients: tuple[str, ...]
    copies: tuple[str, ...]
    rep: str
    rep_email: str

    @property
    def facts(self) -> dict[str, Any]:
        """Their part of a letter's facts."""
        return {"account": self.account, "contact": self.contact, "rep": self.rep, "rep_email": self.rep_email}


@dataclass(frozen=True, slots=True)
class About:
    """The subscription a letter is about, in names."""

    subscription_id: int
    product: str
    plan: str
    seats: int
    reference: str

    @property
    def facts(self) -> dict[str, Any]:
        """Its part of a letter's facts."""
        return {"product": self.product, "plan": self.plan, "seats": self.seats, "reference": self.reference}


@dataclass(frozen=True, slots=True)
class LifecycleMail:
    """A mail before it is queued; one `event_key` is one mail."""

    kind: str
    event_key: str
    facts: dict[str, Any]
    recipients: tuple[str, ...]
    copies: tuple[str, ...]


def parties_of(session: Session, account: Account, actor: Actor | None = None) -> Parties:
    """The billing contact, with copies to the rep and to the actor where that is another."""
    contact = billing_contact(session, account.id)
    rep = session.get(User, account.rep_id) if account.rep_id else None
    copies = dict.fromkeys([rep.email] if rep and rep.is_active else [])
    if actor is not None:
        copies[actor.email] = None
    return Parties(
        account=account.legal_name,
        contact=contact.name if contact else "",
        recipients=(contact.email,) if contact else (),
        copies=tuple(copies),
        rep=rep.name if rep else "",
        rep_email=rep.email if rep and rep.is_active else "",
    )


def about(session: Session, subscription: Subscription) -> About:
    """The subscription in names."""
    product, plan = session.get_one(Product, subscription.product), session.get_one(Plan, subscription.plan)
    return About(subscription.id, product.name, plan.name, subscription.seats, subscription.reference)


def trial_extended(parties: Parties, what: About, *, ends_on: date, event_id: int) -> LifecycleMail:
    """A trial is longer."""
    return _mail("trial_extended", event_id, parties, what, ends_on=ends_on.isoformat())


def trial_ending(
    parties: Parties,
    what: About,
    *,
    ends_on: date,
    days: int,
    end_action: EndAction,
    to_plan: str = "",
    net: Money | None = None,
    interval: Interval | None = None,
) -> LifecycleMail:
    """A trial ends in 7, 3 or 1 days; an extension announces its own end again."""
    told: dict[str, Any] = {"days": days, "ends_on": ends_on.isoformat(), "end_action": end_action.value}
    told |= {"to_plan": to_plan, "net": _money(net), "interval": interval.value if interval else ""}
    return _mail("trial_ending", f"{what.subscription_id}:{ends_on.isoformat()}:{days}", parties, what, **told)


def trial_expired(parties: Parties, what: About, *, ended_on: date, event_id: int) -> LifecycleMail:
    """A trial is over."""
    return _mail("trial_expired", event_id, parties, what, ended_on=ended_on.isoformat())


def cancellation_confirmed(
    parties: Parties, what: About, *, ends_on: date, event_id: int, is_called_off: bool = False
) -> LifecycleMail:
    """A subscription will end, or (called off) never begins."""
    told: dict[str, Any] = {"ends_on": ends_on.isoformat(), "is_called_off": is_called_off}
    return _mail("cancellation_confirmed", event_id, parties, what, **told)


def reactivated(parties: Parties, what: About, *, renews_on: date, renews: bool, event_id: int) -> LifecycleMail:
    """A cancellation was taken back; it renews by itself, or ends that day all the same."""
    return _mail("reactivated", event_id, parties, what, renews_on=renews_on.isoformat(), renews=renews)


def subscription_ended(parties: Parties, what: About, *, ended_on: date, event_id: int) -> LifecycleMail:
    """A subscription has ended."""
    return _mail("subscription_ended", event_id, parties, what, ended_on=ended_on.isoformat())


def renewal_notice(
    parties: Parties, what: About, *, renews_on: date, days: int, act_until: date, interval: Interval, net: Money
) -> LifecycleMail:
    """An annual term renews in 60, 30 or 7 days, at this price."""
    told: dict[str, Any] = {"renews_on": renews_on.isoformat(), "days": days, "act_until": act_until.isoformat()}
    told |= {"interval": interval.value, "net": _money(net)}
    return _mail("renewal_notice", f"{what.subscription_id}:{renews_on.isoformat()}:{days}", parties, what, **told)


def renewal_key(subscription_id: int, renews_on: date, today: date) -> str:
    """The event key of a notice sent today: one a subscription, renewal and day, whoever sends it."""
    return f"renewal_notice:{subscription_id}:{renews_on.isoformat()}:{(renews_on - today).days}"


def payment_reminder(
    parties: Parties,
    *,
    invoice_id: int,
    number: str,
    due_on: date,
    days: int,
    total: Money,
    left: Money,
    recipients: Sequence[str],
) -> LifecycleMail:
    """An invoice is 1, 7 or 14 days past due; it goes to those who get the invoices."""
    told = {"number": number, "due_on": due_on.isoformat(), "days": days, "total": _money(total), "open": _money(left)}
    key = f"payment_reminder:{invoice_id}:{days}"
    return LifecycleMail("payment_reminder", key, parties.facts | told, tuple(recipients), parties.copies)


def queue(session: Session, account: Account, mail: LifecycleMail) -> None:
    """Queue it in the transaction of its event; an account without anybody to write to gets none."""
    if mail.recipients:
        queue_mail(
            session,
            kind=mail.kind,
            account=account,
            event_key=mail.event_key,
            recipients=mail.recipients,
            copies=mail.copies,
            facts=mail.facts,
        )


def _mail(kind: str, key: int | str, parties: Parties, what: About, **told: Any) -> LifecycleMail:
    facts = parties.facts | what.facts | told
    return LifecycleMail(kind, f"{kind}:{key}", facts, parties.recipients, parties.copies)


def _money(amount: Money | None) -> dict[str, Any] | None:
    return {"minor": amount.minor, "currency": amount.currency} if amount is not None else None
