"""A rep sees the own accounts only: every page, opened with the ids of somebody else's, tells nothing of them."""

from dataclasses import replace
from decimal import Decimal

import pytest
from sqlalchemy import select
from streamlit.testing.v1 import AppTest

from dashboard.navigation import MENU
from data import database
from data.models import Document, LicensedUser, OutboxMail, Seat
from data.money import Money
from services import uses
from services.commands.approvals import ask_approval
from services.commands.carts import add_to_cart, save_note
from services.commands.payments import PaymentRequest, record_payment
from services.commands.seats import assign_seats
from services.deeds.approvals.discount import discount
from services.permissions import Actor, Role
from services.rules.order_request import OrderRequest
from services.rules.pricing import Discount
from tests.builders import TODAY, make_account, make_purchase_order, make_user
from tests.ordering import PRO, TRIAL, order, request
from tests.screens import open_page, texts

# Whatever a page could tell of the account: names, people, numbers, notes.
SECRETS = ("Zebrawood", "zebrawood", "Quillfeather", "INVES-", "PO-SECRET", "budget of the board")
# What the rep finds there instead, each on the page that shows it.
SHOWN = {
    "sales/home": "Zebrawood",
    "sales/decisions": "Zebrawood",
    "sales/accounts": "Zebrawood",
    "sales/account": "Zebrawood",
    "sales/account_edit": "Zebrawood",
    "sales/subscribe": "Zebrawood",
    "sales/bulk_change": "Zebrawood",
    "sales/change": "Zebrawood",
    "sales/checkout": "budget of the board",
    "sales/placed": "Zebrawood",
    "sales/order": "PO-SECRET",
    "sales/subscription": "Zebrawood",
    "sales/trials": "Zebrawood",
    "billing/approvals": "budget of the board",
    "billing/invoices": "INVES-",
    "billing/invoice": "INVES-",
    "billing/outbox": "Zebrawood",
    "billing/payments": "Zebrawood",
    "billing/payment": "Zebrawood",
    "reports/overview": "Zebrawood",
    "reports/receivables": "Zebrawood",
    "reports/account_statement": "Zebrawood",
    "reports/cycles": "Zebrawood",
    "seats/licensed_users": "Quillfeather",
    "seats/licensed_user": "Quillfeather",
    "seats/assign": "Quillfeather",
    "seats/leavers": "Zebrawood",
    "seats/change_many": "Zebrawood",
    "seats/groups": "Zebrawood",
    "seats/invitations": "Zebrawood",
    "seats/import_people": "Zebrawood",
    "seats/history": "Quillfeather",
    "seats/use": "Quillfeather",
    "seats/waste": "Zebrawood",
    "seats/renewals": "Zebrawood",
    "seats/utilization": "Zebrawood",
    "seats/position": "Quillfeather",
    "seats/act": "Zebrawood",
    "seats/needed": "Zebrawood",
    "seats/import_needed": "Zebrawood",
    "seats/person_use": "Quillfeather",
}


@pytest.fixture
def ids(rep: Actor, monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """An account of the rep with everything: order, invoice, seats, mails, cart; the ids that URLs carry."""
    monkeypatch.setenv("PORTAL_TODAY", TODAY.isoformat())
    account = make_account("zebrawood", rep=rep, legal_name="Zebrawood Holding, S.A.")
    po = make_purchase_order(account, "PO-SECRET")
    placed = order(rep, request(account, PRO, po_id=po))
    people = "Quillfeather Ann <ann@zebrawood.example>"
    assign_seats(rep, account, placed.subscription_ids[0], pasted=people, notify=True, today=TODAY)
    line = add_to_cart(rep, account, replace(TRIAL, seats=3), today=TODAY)
    save_note(rep, account, "budget of the board")
    transfer = PaymentRequest(account, Money(100_00, "EUR"), TODAY, "bank_transfer", "Quillfeather transfer", "p-1")
    payment = record_payment(make_user(Role.FINANCE, email="books@portal.example"), transfer, TODAY).payment_id
    order(rep, OrderRequest(account, "trial", (replace(TRIAL, plan="monitoring-plus"),)))
    half_off = discount("support-pro", Discount(percent=Decimal(50)), "budget of the board", request_key="k")
    ask_approval(rep, account, half_off, TODAY)
    uses.refresh_all(TODAY)
    with database.read_session() as session:
        return {
            "account": account,
            "order": placed.order_id,
            "subscription": placed.subscription_ids[0],
            "document": session.scalars(select(Document.id)).one(),
            "user": session.scalars(select(LicensedUser.id)).one(),
            "seat": session.scalars(select(Seat.id)).one(),
            "payment": payment,
            "mail": session.scalars(select(OutboxMail.id)).first() or 0,
            "line": line,
        }


def all_of(screen: AppTest) -> str:
    """Everything the page sends to the browser: texts, tables, values and labels of widgets, download names."""
    parts = [texts(screen), *(frame.value.to_string() for frame in screen.dataframe)]
    parts += [str(element.proto) for element in screen.main if hasattr(element, "proto")]
    for kind in ("text_input", "text_area", "selectbox", "multiselect", "button", "download_button", "metric", "link"):
        parts += [str(element.proto) for element in screen.get(kind)]
    return "\n".join(parts).replace("\\", "")


def test_no_page_tells_of_a_colleagues_account(db: object, ids: dict[str, int], other_rep: Actor) -> None:
    for line in MENU:
        said = all_of(open_page(other_rep, line.path, **ids, search="zebrawood", view="renewals", by="account"))
        assert [secret for secret in SECRETS if secret in said] == [], line.path


def test_no_page_tells_a_licence_manager_of_an_account_that_is_not_granted(
    db: object, ids: dict[str, int], licence_manager: Actor
) -> None:
    for line in MENU:
        said = all_of(open_page(licence_manager, line.path, **ids, search="zebrawood", view="renewals", by="account"))
        assert [secret for secret in SECRETS if secret in said] == [], line.path


def test_the_own_rep_finds_it_there(db: object, ids: dict[str, int], rep: Actor) -> None:
    """The same pages, so that the test above can fail."""
    for path, secret in SHOWN.items():
        mine = ids if path != "sales/checkout" else {"account": ids["account"]}  # with an order it leads to its result
        screen = open_page(rep, path, **mine, view="renewals", by="account")
        assert not screen.exception, path
        assert secret in all_of(screen), path


def test_a_page_without_permission_refuses(
    db: object, ids: dict[str, int], licence_manager: Actor, finance: Actor
) -> None:
    for actor in (licence_manager, finance):
        for line in (line for line in MENU if not actor.may(line.permission)):
            screen = open_page(actor, line.path, **ids)
            assert screen.error and not screen.exception, f"{actor.role} on {line.path}"


def test_nobody_is_told_anything(db: object, ids: dict[str, int]) -> None:
    for line in MENU:
        said = all_of(open_page(None, line.path, **ids))
        assert [secret for secret in SECRETS if secret in said] == [], line.path
