"""Approvals: what needs a second person, how it is asked for, and what became of it (billing rules §3, §5, §6)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from data.money import Money
from services.errors import Conflict, Problem, Unlawful
from services.rules import text


class ApprovalKind(StrEnum):
    """What needs a second person."""

    TRIAL_EXTENSION = "trial_extension"
    DISCOUNT = "discount"
    REFUND = "refund"
    WRITE_OFF = "write_off"


class ApprovalStatus(StrEnum):
    """What became of a request."""

    PENDING = "pending"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class OwnRequest(Unlawful):
    """Nobody decides what they asked for themselves."""


class NotYourRequest(Unlawful):
    """Only who asked takes a request back: `asked_by`."""


class AlreadyDecided(Conflict):
    """The request was decided or taken back meanwhile: `status`."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A request for an approval. `subject_id`: what it is about (a subscription, an invoice); `wanted`: JSON values.

    The same `request_key` is the same request, for ever.
    """

    kind: ApprovalKind
    request_key: str
    reason: str
    wanted: Mapping[str, Any] = field(default_factory=dict)
    subject_id: int | None = None
    amount: Money | None = None

    def faults(self) -> list[Problem]:
        """What is wrong with its reason."""
        return text.reason_problems(text.one_line(self.reason))
