"""What is wrong with the forms of users, teams and deputies."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from services.errors import Problem
from services.permissions import Role
from services.rules import text

LANGUAGES = ("en", "es")
LONGEST_COVER = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class UserForm:
    """Somebody who signs in. `role`: a `Role`; `language`: 'en' or 'es'. Not active: cannot sign in."""

    name: str
    email: str
    role: str
    language: str = "en"
    is_active: bool = True


@dataclass(frozen=True, slots=True)
class TeamForm:
    """A team and the ids of its members."""

    name: str
    member_ids: tuple[int, ...] = ()


def check_user(form: UserForm) -> tuple[UserForm, list[Problem]]:
    """The form as it will be stored (trimmed, the address in lower case), and its faults."""
    form = replace(form, name=text.cleaned(form.name), email=text.cleaned(form.email).lower())
    problems = _name(form.name) + text.typed_problems("email", form.email, limit=254, required=True)
    if not problems and not text.is_email(form.email):
        problems.append(Problem("email", "not_an_email"))
    if form.role not in list(Role):
        problems.append(Problem("role", "not_a_choice"))
    if form.language not in LANGUAGES:
        problems.append(Problem("language", "not_a_choice"))
    return form, problems


def check_team(form: TeamForm) -> tuple[TeamForm, list[Problem]]:
    """The form as it will be stored, members once each, and its faults."""
    form = replace(form, name=text.cleaned(form.name), member_ids=tuple(sorted(set(form.member_ids))))
    return form, _name(form.name)


def cover_problems(starts_on: date, ends_on: date, today: date) -> list[Problem]:
    """What is wrong with the days `[starts_on, ends_on)` of a deputy: over already, back to front, or without end."""
    return list(_cover_problems(starts_on, ends_on, today))


def _cover_problems(starts_on: date, ends_on: date, today: date) -> Iterator[Problem]:
    if starts_on < today:
        yield Problem("from_on", "day_over", {"today": today})
    if ends_on <= starts_on:
        yield Problem("until_on", "ends_before_start")
    elif ends_on - starts_on > LONGEST_COVER:
        yield Problem("until_on", "cover_too_long", {"limit": LONGEST_COVER.days})


def _name(name: str) -> list[Problem]:
    return text.typed_problems("name", name, limit=200, required=True)
