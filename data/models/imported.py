"""What was taken over from another system: subscriptions that were billed there until a day."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint
from sqlalchemy.orm import Mapped, mapped_column

from data.models.base import AccountOwned, Base


class ImportedSubscription(AccountOwned, Base):
    """Where a subscription came from; `id` is the subscription's.

    `billed_from`/`billed_until`: the days of its first billed period, which another system billed for `seats`; empty
    where nothing was running on the cut-over day. `facts`: what the file said, to tell the same row again.
    """

    __tablename__ = "imported_subscriptions"
    __table_args__ = (
        ForeignKeyConstraint(["account_id", "id"], ["subscriptions.account_id", "subscriptions.id"]),
        CheckConstraint("(billed_from IS NULL) = (billed_until IS NULL)", name="billed"),
    )

    cut_over_on: Mapped[date]
    billed_from: Mapped[date | None]
    billed_until: Mapped[date | None]
    seats: Mapped[int]
    facts: Mapped[dict[str, Any]]
    imported_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    imported_at: Mapped[datetime]
