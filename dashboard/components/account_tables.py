"""The tables of an account's tabs: subscriptions and trials, orders, invoices, licensed users, activity."""

from __future__ import annotations

from datetime import date

import streamlit as st

from dashboard import navigation
from dashboard.components import user_lists
from dashboard.components.columns import Column, Kind
from dashboard.components.empty import empty
from dashboard.components.pagers import asked_slice, pager
from dashboard.components.scheduled_changes import draw_scheduled
from dashboard.components.tables import Detail, table
from dashboard.components.text import plain
from dashboard.words import _, words
from data.period import Interval
from services.permissions import Actor, Permission
from services.queries.account_tabs import invoices_of, orders_of, subscriptions_of
from services.queries.activity import account_activity
from services.queries.licensed_users import licensed_users
from services.queries.scheduled import scheduled_changes
from services.queries.seats import seat_sheet
from services.rules.activity import Happened
from services.rules.lifecycle import Status
from services.words import activity_texts
from services.words.labels import label


def draw_subscriptions(actor: Actor, account_id: int, today: date, *, may_change: bool) -> None:
    """Subscriptions and trials, and what waits for their renewals; a click opens one."""
    statuses = {status.value: label(status, words()) for status in Status} | {"past_due": _("past due")}
    intervals = {interval.value: label(interval, words()) for interval in Interval}
    frame = subscriptions_of(actor, account_id, today)
    frame["interval"] = [intervals.get(code, "") for code in frame["interval"]]
    table(
        frame,
        [
            Column("product", _("Product")),
            Column("plan", _("Plan")),
            Column("status", _("Status"), Kind.STATUS, names=statuses),
            Column("seats", _("Seats"), Kind.NUMBER),
            Column("assigned", _("Assigned"), Kind.NUMBER),
            Column("interval", _("Billing plan")),
            Column("until_on", _("Period ends"), Kind.DAY, help=_("The day it renews, or a trial ends.")),
            Column("mrr_minor", _("MRR"), Kind.MONEY, is_summed=True, help=mrr_help()),
            Column("reference", _("Reference")),
        ],
        key="subscriptions",
        name=_("Subscriptions and trials"),
        empty=_("No subscription and no trial yet. Begin with “Add new subscription”."),
        detail=Detail("sales/subscription", {"account": "account_id", "subscription": "id"}),
        download="subscriptions",
    )
    draw_scheduled(actor, scheduled_changes(actor, account_id), today, may_change=may_change)


def draw_orders(actor: Actor, account_id: int) -> None:
    """Orders, the newest first; a click opens one."""
    evidence = {"purchase_order": _("Purchase order"), "mail": _("Mail"), "call": _("Call")}
    frame = orders_of(actor, account_id)
    frame["evidence"] = [
        ": ".join(part for part in (evidence.get(code, code), reference) if part)
        for code, reference in zip(frame["evidence"], frame["evidence_reference"], strict=True)
    ]
    table(
        frame,
        [
            Column("number", _("Order")),
            Column("placed_on", _("Placed on"), Kind.DAY),
            Column("ordered_by", _("Ordered by")),
            Column("evidence", _("Evidence")),
            Column("placed_by", _("Placed by")),
            Column("items", _("Items"), Kind.NUMBER),
            Column("total_minor", _("Total"), Kind.MONEY, is_summed=True),
        ],
        key="orders",
        name=_("Orders"),
        empty=_("Nothing was ordered yet."),
        detail=Detail("sales/order", {"account": "account_id", "order": "id"}),
        download="orders",
    )


def draw_invoices(actor: Actor, account_id: int, today: date) -> None:
    """Invoices and credit notes, the newest first; a click opens one."""
    if not actor.may(Permission.SEE_INVOICES):
        empty(_("Your role does not see invoices. Ask finance."), icon="lock")
        return
    kinds = {"invoice": _("Invoice"), "credit_note": _("Credit note")}
    frame = invoices_of(actor, account_id, today)
    frame["kind"] = [kinds[kind] for kind in frame["kind"]]
    statuses = {
        "open": _("to pay"),
        "partly_paid": _("partly paid"),
        "overdue": _("overdue"),
        "disputed": _("disputed"),
        "paid": _("paid"),
        "credited": _("credit"),
    }
    table(
        frame,
        [
            Column("number", _("Number")),
            Column("kind", _("Kind")),
            Column("status", _("Status"), Kind.STATUS, names=statuses),
            Column("issued_on", _("Issued on"), Kind.DAY),
            Column("due_on", _("Due date"), Kind.DAY),
            Column("po_number", _("Purchase order")),
            Column("total_minor", _("Total"), Kind.MONEY, is_summed=True),
            Column("open_minor", _("To pay"), Kind.MONEY, is_summed=True),
        ],
        key="invoices",
        name=_("Invoices"),
        empty=_("No invoice was issued yet."),
        detail=Detail("billing/invoice", {"account": "account_id", "document": "id"}),
        download="invoices",
    )


def draw_users(actor: Actor, account_id: int, today: date) -> None:
    """Licensed users with their products, and the way to their seats."""
    if not actor.may(Permission.SEE_SEATS):
        empty(_("Your role does not see licensed users. Ask a licence manager."), icon="lock")
        return
    asked = asked_slice("users_page", 25)
    listed = licensed_users(actor, account_id, today=today, limit=asked.limit, offset=asked.offset)
    names = seat_sheet(actor, account_id, today=today).products
    frame = user_lists.worded(listed.frame, names)
    frame["account_id"] = account_id
    with st.container(horizontal=True, horizontal_alignment="right"):
        navigation.link(
            _("Assign and release seats"), "seats/licensed_users", icon=":material/badge:", account=account_id
        )
    table(
        frame,
        user_lists.filled(listed.frame),
        key="users",
        name=_("Licensed users"),
        empty=_("This account has no licensed users yet. Assign seats once something was ordered."),
        detail=Detail("seats/licensed_user", {"account": "account_id", "user": "id"}),
        download="licensed-users",
        whole=user_lists.all_of(actor, account_id, listed.total, names, today=today),
    )
    pager(listed.total, asked, "users_page")


def draw_activity(actor: Actor, account_id: int) -> None:
    """What happened, the latest first: what, by whom and for whom, and the fields that changed."""
    asked = asked_slice("activity_page", 25)
    activity = account_activity(actor, account_id, limit=asked.limit, offset=asked.offset)
    if not activity.rows:
        empty(_("Nothing happened on this account yet."), icon="history")
        return
    for happened in activity.rows:
        draw_happened(happened)
    pager(activity.total, asked, "activity_page")


def draw_happened(happened: Happened) -> None:
    """When, what, by whom and for whom, and the fields that changed."""
    who = happened.actor or _("The portal")
    if happened.on_behalf_of:
        who = _("{actor} for {other}", actor=who, other=happened.on_behalf_of)
    with st.container(horizontal=True, gap="medium"):
        st.markdown(f":gray[{plain(words().instant(happened.at))} UTC]", width=140)
        with st.container(gap=None):
            st.markdown(f"**{plain(activity_texts.told(happened, words()))}** :gray[· {plain(who)}]")
            changes = activity_texts.changes(happened, words())
            if changes:
                st.caption(plain(" · ".join(changes)))


def mrr_help() -> str:
    """The definition of MRR, for help marks."""
    return _("Monthly recurring revenue: net recurring price a month after discounts; no tax, no trials.")
