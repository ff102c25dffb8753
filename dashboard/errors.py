"""The boundary of a page: a refusal becomes its words, the unforeseen a log entry and an incident number."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import uuid4

import streamlit as st
from sqlalchemy.exc import InterfaceError, OperationalError

from dashboard import navigation, state
from dashboard.components.text import plain
from dashboard.words import _, words
from services.errors import NotFound, NotSignedIn, Refusal, Unavailable
from services.words import texts

_log = logging.getLogger("portal.incidents")


@dataclass(slots=True)
class Outcome:
    """How the block went: `ok` once it has ended without a refusal or fault."""

    ok: bool = False


@contextmanager
def shown() -> Iterator[Outcome]:
    """Show what goes wrong inside as a sentence, where it goes wrong; never a traceback.

    Around a command on a page: `with errors.shown() as outcome: place_order(…)`, then `if outcome.ok: …`. `st.rerun`
    and `st.stop` pass through.
    """
    outcome = Outcome()
    try:
        yield outcome
        outcome.ok = True
    except Exception as fault:
        show(fault)


def show(fault: Exception) -> None:
    """Say what went wrong. A refusal in its own words; a database that is down or locked; else an incident number."""
    if isinstance(fault, NotSignedIn):
        state.sign_out()
    if isinstance(fault, OperationalError | InterfaceError):
        _log.warning("database unavailable", exc_info=fault)
        fault = Unavailable()
    if isinstance(fault, Refusal):
        told = [plain(sentence) for sentence in texts.sentences(fault, words())]
        st.error(
            told[0] if len(told) == 1 else "\n".join(f"- {sentence}" for sentence in told), icon=":material/block:"
        )
        if isinstance(fault, NotFound):
            navigation.link(_("Go to the start page"), navigation.MENU[0].path, icon=":material/arrow_back:")
        return
    number = incident(fault)
    st.error(
        _(
            "Something went wrong that we did not foresee. Reload the page; if it happens again, report incident "
            "{number}.",
            number=number,
        ),
        icon=":material/report:",
    )


def incident(fault: Exception) -> str:
    """Log the fault with its traceback under a new number, and return the number, such as 7F3A-92C1."""
    digits = uuid4().hex[:8].upper()
    number = f"{digits[:4]}-{digits[4:]}"
    _log.error("incident %s", number, exc_info=fault)
    return number


def on_script_error(fault: Exception) -> bool:
    """What the server does with a fault outside a page's boundary, such as in a fragment or a callback."""
    show(fault)
    return True
