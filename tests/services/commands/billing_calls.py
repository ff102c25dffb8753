"""The commands of billing runs as their user calls them, and what they need: a parked account and a held document."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from data import database
from data.identity import derive_id
from data.models import DocumentLine, HeldDocument, ParkedAccount
from services.commands.billing import release_held, resume_billing, retry_parked, run_night, stop_billing
from services.permissions import Actor
from tests.builders import TODAY

if TYPE_CHECKING:
    from tests.services.commands.world import World

CALLS: dict[Callable[..., Any], Callable[[Actor, World], Any]] = {
    run_night: lambda a, w: run_night(a, TODAY, today=TODAY),
    retry_parked: lambda a, w: retry_parked(a, w.account),
    release_held: lambda a, w: release_held(a, w.account, held_id(w.account), today=TODAY),
    stop_billing: lambda a, w: stop_billing(a, "Prices are wrong"),
    resume_billing: lambda a, w: resume_billing(a),
}
OF_NO_ACCOUNT = {run_night, stop_billing, resume_billing}


def held_id(account: int) -> int:
    """The id of the account's held document."""
    return derive_id(TODAY, "held", account)


def hold_and_park(account: int, **columns: Any) -> None:
    """Hold a document of the account, as one of its issued lines once more, and park the account."""
    with database.write_session() as session:
        line = session.scalars(select(DocumentLine).where(DocumentLine.account_id == account)).first()
        assert line is not None
        lines = [
            {
                "subscription_id": str(line.subscription_id),
                "sequence": line.sequence + 1,
                "plan": line.plan,
                "product_name": "Remote Support",
                "plan_name": "Professional",
                "period": [line.starts_on.isoformat(), line.ends_on.isoformat()],
                "seats": line.seats,
                "derivation": line.derivation,
            }
        ]
        row = {
            "held_on": TODAY - timedelta(days=1),
            "guard": "steep_rise",
            "currency": "EUR",
            "lines": json.dumps(lines),
        }
        amounts = {"subtotal_minor": line.net_minor, "tax_minor": line.tax_minor}
        total = line.net_minor + line.tax_minor
        session.add(HeldDocument(account_id=account, id=held_id(account), total_minor=total, **row | amounts | columns))
        session.add(
            ParkedAccount(
                account_id=account,
                id=derive_id(TODAY, "parked", account),
                parked_on=TODAY,
                reason="purchase_order_expired",
                details={"number": "PO-1", "expired_on": "2026-03-31"},
                last_tried_on=TODAY,
            )
        )
