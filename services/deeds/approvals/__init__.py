"""The table of deeds: what is done when a second person approves, one line a kind.

A new kind: a module here with its `Deed`, a line in `DEEDS`, and its sentence in `services.words.approval_texts`.
"""

from collections.abc import Mapping

from services.deeds.approvals.deed import Deed
from services.deeds.approvals.discount import DISCOUNT
from services.deeds.approvals.money import REFUND, WRITE_OFF
from services.deeds.approvals.trial_extension import TRIAL_EXTENSION
from services.rules.approvals import ApprovalKind

DEEDS: Mapping[ApprovalKind, Deed] = {
    ApprovalKind.TRIAL_EXTENSION: TRIAL_EXTENSION,
    ApprovalKind.DISCOUNT: DISCOUNT,
    ApprovalKind.REFUND: REFUND,
    ApprovalKind.WRITE_OFF: WRITE_OFF,
}

__all__ = ["DEEDS", "Deed"]
