"""The boundary of a page: refusals in their words, a database that is down, faults with a number."""

import logging
import re

import pytest
from streamlit.testing.v1 import AppTest

from services import access
from services.permissions import Actor
from tests.screens import open_page


def said(script: str) -> AppTest:
    """A page whose body is the script, inside the boundary."""
    body = "\n".join(f"    {line}" for line in script.strip().splitlines())
    return AppTest.from_string(
        f"import streamlit as st\nfrom dashboard import errors\nwith errors.shown():\n{body}"
    ).run()


def test_a_refusal_is_said_in_its_words_and_escaped() -> None:
    screen = said(
        "from services.errors import ProductWithdrawn\nraise ProductWithdrawn(product='![x](https://evil.example)')"
    )
    assert "is not sold any more" in screen.error[0].value
    assert r"\!\[x\]\(https:" in screen.error[0].value
    assert not screen.exception


def test_a_form_with_two_faults_names_both() -> None:
    screen = said(
        "from services.errors import Invalid, Problem\n"
        "raise Invalid(Problem('name', 'required'), Problem('city', 'required'))"
    )
    assert screen.error[0].value == "- Name: enter a value\\.\n- City: enter a value\\."


def test_a_database_that_is_down_is_a_sentence() -> None:
    screen = said("from sqlalchemy.exc import OperationalError\nraise OperationalError('x', {}, Exception('secret'))")
    assert "database is not available" in screen.error[0].value
    assert "secret" not in screen.error[0].value


def test_the_unforeseen_gets_a_number_and_a_log_entry(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR, "portal.incidents"):
        screen = said("raise RuntimeError('secret')")
    found = re.search(r"incident ([0-9A-F]{4}-[0-9A-F]{4})", screen.error[0].value)
    assert found and found.group(1) in caplog.text
    assert "secret" in caplog.text and "secret" not in screen.error[0].value


def test_rerun_and_stop_pass_through() -> None:
    screen = said("st.write('before')\nst.stop()")
    assert screen.markdown[0].value == "before"
    assert not screen.error


def test_an_outcome_is_ok_only_where_nothing_was_refused() -> None:
    screen = AppTest.from_string(
        "import streamlit as st\n"
        "from dashboard import errors\n"
        "from services.errors import EmptyCart\n"
        "with errors.shown() as good:\n"
        "    pass\n"
        "with errors.shown() as bad:\n"
        "    raise EmptyCart\n"
        "st.write(f'{good.ok} {bad.ok}')"
    ).run()
    assert screen.markdown[0].value == "True False"


def test_who_is_switched_off_meets_the_sign_in_page(rep: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    screen = open_page(rep)
    assert screen.button(key="sign_out")
    from data import database
    from data.models import User

    with database.write_session() as session:
        session.get_one(User, rep.user_id).is_active = False
    screen.run()
    assert not [button for button in screen.button if button.key == "sign_out"]
    assert "identity provider" in screen.caption[0].value


def test_a_locked_database_never_shows_a_traceback(rep: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    from services.errors import Unavailable

    def down(*_args: object, **_kwargs: object) -> Actor:
        raise Unavailable

    screen = open_page(rep)
    monkeypatch.setattr(access, "identify", down)
    screen.run()
    assert "database is not available" in screen.error[0].value
    assert not screen.exception
