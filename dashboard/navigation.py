"""The menu: one line a page, and the ways from page to page."""

from dataclasses import dataclass
from pathlib import Path

import streamlit as st
from streamlit.navigation.page import Page

from dashboard import state
from dashboard.components.text import plain
from dashboard.words import _, language
from services.errors import NotAllowed, NotFound
from services.permissions import Actor, roles_with
from services.permissions import Permission as P
from services.words.i18n import N_

_KNOWN, _HERE = "known_pages", "here"
PAGES = Path(__file__).resolve().parents[1] / "pages"


@dataclass(frozen=True, slots=True)
class Line:
    """A page: its section, its file below pages/ without .py, its title and icon, and who may open it.

    The last part of `path` is the page's address. A page that is not `in_menu` is reached from another one.
    """

    section: str
    path: str
    title: str
    icon: str
    permission: P
    in_menu: bool = True

    @property
    def file(self) -> Path:
        """The page's file."""
        return PAGES / f"{self.path}.py"

    @property
    def address(self) -> str:
        """The page's path in the URL."""
        return self.path.rpartition("/")[2].replace("_", "-")


SALES, BILLING, FINANCE = N_("Sales"), N_("Billing"), N_("Finance")
SEATS, ADMIN = N_("Seats"), N_("Administration")

# fmt: off
MENU = (
    Line(SALES, "sales/home", N_("Home"), "home", P.SEE_ACCOUNTS),
    Line(SALES, "sales/decisions", N_("Decisions"), "event_upcoming", P.SEE_SUBSCRIPTIONS),
    Line(SALES, "sales/accounts", N_("Accounts"), "domain", P.SEE_ACCOUNTS),
    Line(SALES, "sales/account", N_("Account"), "domain", P.SEE_ACCOUNTS, in_menu=False),
    Line(SALES, "sales/account_edit", N_("Edit account"), "edit", P.EDIT_ACCOUNTS, in_menu=False),
    Line(SALES, "sales/imports", N_("Import accounts"), "upload_file", P.IMPORT_ACCOUNTS),
    Line(SALES, "sales/subscribe", N_("Add new subscription"), "add_shopping_cart", P.USE_CART, in_menu=False),
    Line(SALES, "sales/change", N_("Change subscription"), "tune", P.USE_CART, in_menu=False),
    Line(SALES, "sales/checkout", N_("Checkout"), "shopping_cart_checkout", P.PLACE_ORDERS, in_menu=False),
    Line(SALES, "sales/placed", N_("Order placed"), "task_alt", P.SEE_SUBSCRIPTIONS, in_menu=False),
    Line(SALES, "sales/order", N_("Order"), "receipt", P.SEE_SUBSCRIPTIONS, in_menu=False),
    Line(SALES, "sales/subscription", N_("Subscription"), "autorenew", P.SEE_SUBSCRIPTIONS, in_menu=False),
    Line(SALES, "sales/trials", N_("Trial desk"), "hourglass_top", P.SEE_SUBSCRIPTIONS),
    Line(SALES, "sales/bulk_change", N_("Bulk changes"), "checklist", P.CHANGE_SUBSCRIPTIONS),
    Line(SALES, "sales/deputies", N_("Deputies"), "supervisor_account", P.NAME_DEPUTY),
    Line(BILLING, "billing/invoices", N_("Invoices"), "receipt_long", P.SEE_INVOICES),
    Line(BILLING, "billing/invoice", N_("Invoice"), "receipt_long", P.SEE_INVOICES, in_menu=False),
    Line(BILLING, "billing/payments", N_("Payments"), "payments", P.SEE_PAYMENTS),
    Line(BILLING, "billing/payment", N_("Payment"), "payments", P.SEE_PAYMENTS, in_menu=False),
    Line(BILLING, "billing/statements", N_("Bank statements"), "account_balance", P.RECORD_PAYMENTS),
    Line(BILLING, "billing/debits", N_("Direct debits"), "currency_exchange", P.RECORD_PAYMENTS),
    Line(BILLING, "billing/record_payment", N_("Record payment"), "payments", P.RECORD_PAYMENTS, in_menu=False),
    Line(BILLING, "billing/nights", N_("Billing runs"), "nights_stay", P.SEE_BILLING),
    Line(BILLING, "billing/takeover", N_("Import a book"), "move_to_inbox", P.IMPORT_BOOKS),
    Line(BILLING, "billing/checks", N_("Checks"), "rule", P.SEE_BILLING),
    Line(BILLING, "billing/approvals", N_("Approvals"), "how_to_reg", P.ASK_APPROVALS),
    Line(BILLING, "billing/outbox", N_("Outbox"), "outgoing_mail", P.SEE_OUTBOX),
    Line(FINANCE, "reports/overview", N_("Overview"), "monitoring", P.SEE_REPORTS),
    Line(FINANCE, "reports/totals", N_("Totals"), "table_chart", P.SEE_REPORTS),
    Line(FINANCE, "reports/cycles", N_("Billing cycles"), "event_repeat", P.SEE_REPORTS),
    Line(FINANCE, "reports/receivables", N_("Open receivables"), "account_balance_wallet", P.SEE_REPORTS),
    Line(FINANCE, "reports/revenue", N_("Revenue"), "trending_up", P.SEE_REPORTS),
    Line(FINANCE, "reports/retention", N_("Retention"), "loyalty", P.SEE_REPORTS),
    Line(FINANCE, "reports/tax", N_("Taxes"), "percent", P.SEE_TAX),
    Line(FINANCE, "reports/account_statement", N_("Statement of account"), "contract", P.SEE_REPORTS, in_menu=False),
    Line(FINANCE, "reports/closing", N_("Month's close"), "event_available", P.CLOSE_MONTHS),
    Line(SEATS, "seats/licensed_users", N_("Licensed users"), "badge", P.SEE_SEATS),
    Line(SEATS, "seats/leavers", N_("Leavers"), "group_remove", P.CHANGE_SEATS, in_menu=False),
    Line(SEATS, "seats/change_many", N_("Change many"), "checklist", P.CHANGE_SEATS, in_menu=False),
    Line(SEATS, "seats/groups", N_("Groups"), "groups", P.CHANGE_SEATS, in_menu=False),
    Line(SEATS, "seats/import_people", N_("Import people"), "upload_file", P.CHANGE_SEATS, in_menu=False),
    Line(SEATS, "seats/invitations", N_("Invitations"), "mail", P.CHANGE_SEATS, in_menu=False),
    Line(SEATS, "seats/history", N_("History of seats"), "history", P.SEE_SEATS, in_menu=False),
    Line(SEATS, "seats/utilization", N_("Utilization"), "stacked_line_chart", P.SEE_USAGE),
    Line(SEATS, "seats/use", N_("Use of seats"), "monitoring", P.SEE_USAGE),
    Line(SEATS, "seats/act", N_("Decide about seats"), "gavel", P.CHANGE_SEATS, in_menu=False),
    Line(SEATS, "seats/needed", N_("Needed or not"), "how_to_vote", P.SEE_USAGE, in_menu=False),
    Line(SEATS, "seats/import_needed", N_("Import answers"), "upload_file", P.CHANGE_SEATS, in_menu=False),
    Line(SEATS, "seats/position", N_("Licence position"), "fact_check", P.SEE_USAGE, in_menu=False),
    Line(SEATS, "seats/person_use", N_("Use by one person"), "person_search", P.SEE_USAGE, in_menu=False),
    Line(SEATS, "seats/waste", N_("Waste"), "savings", P.SEE_USAGE),
    Line(SEATS, "seats/renewals", N_("At renewal"), "event_repeat", P.SEE_USAGE),
    Line(SEATS, "seats/import_use", N_("Import activity"), "upload_file", P.IMPORT_USAGE),
    Line(SEATS, "seats/licensed_user", N_("Licensed user"), "badge", P.SEE_SEATS, in_menu=False),
    Line(SEATS, "seats/assign", N_("Assign seats"), "event_seat", P.CHANGE_SEATS, in_menu=False),
    Line(ADMIN, "admin/sellers", N_("Selling entities"), "storefront", P.SEE_SELLERS),
    Line(ADMIN, "admin/users", N_("Users and teams"), "group", P.MANAGE_USERS),
    Line("", "help", N_("Help"), "help", P.SEE_HELP),
)
# fmt: on


def locate() -> Page:
    """The page of the URL. Every page is known here whoever asks, so that a link survives the sign-in."""
    page = st.navigation(_pages(), position="hidden")
    state.keep(_HERE, page.url_path)
    return page


def here() -> str:
    """The address of the page being drawn; empty for the start page."""
    return str(state.recall(_HERE, ""))


def _pages() -> list[Page]:
    """Every page, made once for a session and language: making one looks for its file."""
    known: tuple[str, list[Page]] | None = state.recall(_KNOWN)
    if known is None or known[0] != language():
        pages = [
            st.Page(
                line.file,
                title=_(line.title),
                icon=f":material/{line.icon}:",
                url_path="" if position == 0 else line.address,
                default=position == 0,
            )
            for position, line in enumerate(MENU)
        ]
        known = (language(), pages)
        state.keep(_KNOWN, known)
    return known[1]


def check(actor: Actor, page: Page) -> None:
    """Raise `NotAllowed` for a page the actor may not open. The doors in services protect; this says it early."""
    line = next((line for line in MENU if line.address == page.url_path), MENU[0])
    if not actor.may(line.permission):
        raise NotAllowed(permission=line.permission, roles=roles_with(line.permission))


def draw_menu(actor: Actor) -> None:
    """The menu of what the actor may open, by section."""
    section = None
    for line in MENU:
        if not line.in_menu or not actor.may(line.permission):
            continue
        if line.section != section and line.section:
            st.caption(_(line.section))
        section = line.section
        st.page_link(line.file, label=_(line.title), icon=f":material/{line.icon}:", width="stretch")


def go(path: str, /, **ids: object) -> None:
    """Open a page, with ids in its URL: `go("sales/account", account=account_id)`."""
    st.switch_page(_line(path).file, query_params=_query(ids))


def link(label: str, path: str, /, icon: str | None = None, **ids: object) -> None:
    """A link to a page, with ids in its URL. The label is shown as it is, never read as Markdown."""
    st.page_link(_line(path).file, label=plain(label), icon=icon, query_params=_query(ids))


def address(path: str, /, **ids: object) -> str:
    """The address of a page, to put into a text or to send: `/account?account=5`."""
    query = "&".join(f"{name}={value}" for name, value in _query(ids).items())
    return f"/{_line(path).address}" + (f"?{query}" if query else "")


def asked_id(name: str, kind: str | None = None) -> int:
    """The id of this name in the URL; raises `NotFound` where it is missing or no number."""
    given = st.query_params.get(name, "")
    if not given.isascii() or not given.isdigit() or len(given) > 19 or int(given) >= 2**63:
        raise NotFound(kind=kind or name)
    return int(given)


def has_id(name: str) -> bool:
    """Whether the URL carries this id."""
    return name in st.query_params


def _line(path: str) -> Line:
    return next(line for line in MENU if line.path == path)


def _query(ids: dict[str, object]) -> dict[str, str]:
    return {name: str(value) for name, value in ids.items() if value is not None}
