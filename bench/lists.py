"""Milliseconds of query time of the lists, the search and the home, one object a case."""

import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

from bench.book import TODAY, Book
from services.permissions import Actor
from services.queries.account_list import AccountFilter, filter_choices, list_accounts
from services.queries.approvals import list_approvals
from services.queries.decisions import at_stake, list_decisions
from services.queries.home import home
from services.queries.invitations import pending_invitations
from services.queries.invoices import InvoiceFilter, invoice_choices, list_invoices
from services.queries.licensed_users import UserFilter, UserState, licensed_users, user_choices
from services.queries.outbox import list_mails
from services.queries.search import search
from services.queries.seat_history import LifeFilter, seat_lives
from services.queries.seats import seat_overview
from services.queries.trials import TrialFilter, desk_figures, list_trials
from services.rules.decisions import DecisionFilter


def cases(book: Book, actor: Actor) -> Iterator[tuple[str, Callable[[], Any]]]:
    """Name and call of each query that the actor may ask."""
    accounts = {
        "first page": AccountFilter(),
        "search": AccountFilter("group berlin"),
        "search, no match": AccountFilter("no such name"),
        "country": AccountFilter(country="ES"),
        "incomplete": AccountFilter(state="incomplete"),
        "ready": AccountFilter(state="ready"),
    }
    for name, wanted in accounts.items():
        yield f"accounts: {name}", lambda wanted=wanted: list_accounts(actor, wanted, today=TODAY)
    total = list_accounts(actor, limit=1, today=TODAY).total
    yield "accounts: last page", lambda: list_accounts(actor, offset=max(0, total - 50), today=TODAY)
    yield "accounts: filters", lambda: filter_choices(actor)
    invoices = {
        "first page": InvoiceFilter(),
        "account": InvoiceFilter("customer 000000"),
        "many accounts": InvoiceFilter("group"),
        "number": InvoiceFilter("118"),
        "month": InvoiceFilter(month=202602),
        "currency": InvoiceFilter(currency="GBP"),
        **{status: InvoiceFilter(status=status) for status in ("to_pay", "overdue", "paid", "credited", "issued")},
    }
    for name, asked in invoices.items():
        yield f"invoices: {name}", lambda asked=asked: list_invoices(actor, asked, today=TODAY)
    yield "invoices: filters", lambda: invoice_choices(actor)
    for state in ("running", "ending", "expired"):
        yield f"trials: {state}", lambda state=state: list_trials(actor, TrialFilter(state=state), today=TODAY)
    yield "trials: figures", lambda: desk_figures(actor, TODAY)
    yield "approvals: first page", lambda: list_approvals(actor)
    yield "outbox: first page", lambda: list_mails(actor)
    yield "outbox: search", lambda: list_mails(actor, search="bench")
    for text in ("customer 000000", "group", "user0@scale-000000.example", "no such thing"):
        yield f"search: {text}", lambda text=text: search(actor, text)
    decided = DecisionFilter(TODAY, TODAY + timedelta(days=90))
    decisions = {
        "first page": decided,
        "a year": replace(decided, until=TODAY + timedelta(days=366)),
        "without months": replace(decided, is_long=True),
        "amount": replace(decided, at_least=5_000),
        "new prices": replace(decided, kind="new_price"),
        "account": replace(decided, account_id=book.account),
    }
    for name, wish in decisions.items():
        yield f"decisions: {name}", lambda wish=wish: list_decisions(actor, wish)
    yield "decisions: last counted page", lambda: list_decisions(actor, decided, limit=25, offset=975)
    month = TODAY + timedelta(days=30)
    yield "decisions: sums of 30 days", lambda: at_stake(actor, decided, TODAY, month)
    yield "home", lambda: home(actor, TODAY)
    if actor.is_scoped:
        yield "seats: first page", lambda: seat_overview(actor)
        yield "seats: search", lambda: seat_overview(actor, search="group")
        yield "seats: users", lambda: licensed_users(actor, book.account, today=TODAY)
        for state in UserState:
            which = UserFilter(state=state)
            yield (
                f"seats: users {state}",
                lambda which=which: licensed_users(actor, book.account, today=TODAY, which=which),
            )
        yield "seats: filters", lambda: user_choices(actor, book.account, today=TODAY)
        yield "seats: invitations", lambda: pending_invitations(actor, book.account)
        yield "seats: history", lambda: seat_lives(actor, book.account, LifeFilter())


def measure(book: Book, repeats: int) -> Iterator[dict[str, object]]:
    """Each case for the rep, whose rows are limited, and for finance, who sees all; the first call is not counted."""
    for actor in (book.rep, book.finance):
        for name, ask in cases(book, actor):
            ask()
            took, busy = [], time.process_time()
            for _ in range(repeats):
                began = time.perf_counter()
                ask()
                took.append((time.perf_counter() - began) * 1000)
            yield {
                "query": name,
                "role": actor.role.value,
                "query_ms": round(statistics.median(took), 1),
                "cpu_ms": round((time.process_time() - busy) * 1000 / repeats, 1),
                "slowest_ms": round(max(took), 1),
            }
