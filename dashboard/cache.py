"""Reads kept for a short while, each actor's apart from the others'."""

from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

import streamlit as st

from services.permissions import Actor

P = ParamSpec("P")
T = TypeVar("T")


def read(query: Callable[Concatenate[Actor, P], T], actor: Actor, /, *args: P.args, **kwargs: P.kwargs) -> T:
    """The query's answer, at most 30 seconds old, or fresh after `forget`. The arguments must be hashable values.

    For figures, reports and the catalog. A page that leads to a command reads afresh.
    """
    name = f"{query.__module__}.{query.__qualname__}"
    return cast(T, _read(actor, name, args, tuple(sorted(kwargs.items())), query))


def forget() -> None:
    """Forget every kept read: something was written."""
    _read.clear()


@st.cache_data(ttl=30, max_entries=1_000, show_spinner=False)
def _read(
    actor: Actor, name: str, args: tuple[Any, ...], kwargs: tuple[tuple[str, Any], ...], _query: Callable[..., Any]
) -> Any:
    # The actor and the name are part of the key; the function itself (underscored) is not hashed.
    return _query(actor, *args, **dict(kwargs))
