"""Paging of lists that stay in the database: which rows are asked for."""

from dataclasses import dataclass

import streamlit as st

from dashboard import state
from dashboard.components.text import plain
from dashboard.words import _

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class Slice:
    """The rows of one page: `limit` of them from `offset` on."""

    number: int
    limit: int = PAGE_SIZE

    @property
    def offset(self) -> int:
        """Rows before this page."""
        return (self.number - 1) * self.limit


def asked_slice(key: str = "page", limit: int = PAGE_SIZE) -> Slice:
    """The page of rows the reader is on, from the control below the table or the URL (`?page=3`)."""
    given = str(state.recall(key, st.query_params.get(key, "1")))
    return Slice(max(1, int(given)) if given.isdecimal() and len(given) < 8 else 1, limit)


def pager(total: int, asked: Slice, key: str = "page") -> None:
    """The control below the table; `total` counts the rows of all pages. The page stands in the URL."""
    pages = max(1, -(-total // asked.limit))
    last = min(asked.offset + asked.limit, total)
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        if total:
            told = _("{first} to {last} of {total}", first=min(asked.offset + 1, total), last=last, total=total)
            st.caption(plain(told), width="content")
        if pages > 1:
            st.pagination(pages, key=key, bind="query-params")


def first_page(key: str = "page") -> None:
    """Back to the first page, because the filter changed; before the pager is drawn."""
    state.keep(key, 1)
