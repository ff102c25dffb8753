"""What a kind of approval stands for: who decides it, what is checked, what is done."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from data.models import Account, Approval
from services.permissions import Actor, Permission
from services.rules.approvals import Asked


@dataclass(frozen=True, slots=True)
class Deed:
    """A kind of approval.

    `decided_by`: the permission of the second person. `do(session, actor, account, approval, today)` is called with the
    account locked, in the transaction of the approval, by the one who approves; what it raises leaves the request
    pending. `check(session, account, asked, today)` raises what bars a request and returns names for its sentence (JSON
    texts and numbers: `services.words.approval_texts`); None: a command of its own asks for it.
    """

    decided_by: Permission
    do: Callable[[Session, Actor, Account, Approval, date], None]
    check: Callable[[Session, Account, Asked, date], Mapping[str, Any]] | None = None
