"""Something that happened on an account, as a value."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Happened:
    """One thing that happened. `action`: a code of `services.words.activity_texts`; `actor` empty: the portal itself.

    `on_behalf_of`: whom a deputy acted for. `subject`: what it was done to, as stored. `changes`: (field, before,
    after) in values of JSON; `before` None where something was added.
    """

    at: datetime
    actor: str
    on_behalf_of: str
    action: str
    subject: str
    changes: tuple[tuple[str, Any, Any], ...] = ()
