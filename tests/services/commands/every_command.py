"""Every command as its user calls it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from data.models import User
from data.money import Money
from data.period import Interval
from services.commands.account_statements import mail_statement, mail_statements
from services.commands.accounts import assign_rep, create_account, edit_account
from services.commands.approvals import ask_approval, decide_money, decide_sales, withdraw_approval
from services.commands.book_imports import apply_book
from services.commands.cancellations import cancel_subscription, reactivate_subscription, set_auto_renewal
from services.commands.carts import (
    add_to_cart,
    change_cart_line,
    remove_from_cart,
    repeat_order,
    save_checkout,
    save_note,
    send_proposal,
)
from services.commands.changes import schedule_new_price, send_renewal_notice, withdraw_scheduled_change
from services.commands.contacts import remove_contact, save_contact, set_billing_contact, set_recipients
from services.commands.credit_notes import CreditRequest, credit_invoice
from services.commands.deputies import end_deputy, name_deputy
from services.commands.grants import grant_accounts, revoke_accounts
from services.commands.imports import apply_import, remember_map
from services.commands.leavers import release_leavers, undo_release
from services.commands.licensed_users import UserDetails, add_licensed_users, save_licensed_user, save_user_details
from services.commands.money_requests import RefundRequest, WriteOffRequest, ask_refund, ask_write_off
from services.commands.orders import place_order
from services.commands.outbox import retry_mail
from services.commands.persons import erase_licensed_user, erase_user
from services.commands.purchase_orders import close_purchase_order, save_purchase_order
from services.commands.seats import Ticks, assign_seats, release_seats, tick_products
from services.commands.sellers import save_seller
from services.commands.teams import TeamForm, give_accounts, save_team, take_accounts
from services.commands.trials import change_trial, end_trial, extend_trial
from services.commands.usage import apply_usage, hide_names, open_person_use
from services.commands.users import UserForm, change_user, choose_language, create_user
from services.commands.vat_checks import record_vat_check
from services.demo_sellers import demo_sellers
from services.permissions import Actor, Permission, Role
from services.queries.account_statement import StatementRequest
from services.rules.import_mapping import Source, make_map
from services.rules.purchase_order_form import PurchaseOrderForm
from tests.builders import (
    TODAY,
)
from tests.ordering import request
from tests.services.commands import act_calls, billing_calls, closing_calls, money_calls, seat_calls
from tests.services.commands.world import ADA, LATER, MEETINGS, NEW, THREE, World, half_off, latest_release, version

Call = Callable[[Actor, World], Any]

# Each command as its user calls it, by the permission its door asks for; in this order all work in one world.
CALLS: dict[Permission, dict[Callable[..., Any], Call]] = {
    Permission.SEE_HELP: {choose_language: lambda a, w: choose_language(a, "es")},
    Permission.EDIT_ACCOUNTS: {
        create_account: lambda a, w: create_account(a, NEW, billing_contact=ADA, today=TODAY),
        edit_account: lambda a, w: edit_account(a, w.account, w.form, version=w.version, today=TODAY),
        save_contact: lambda a, w: save_contact(a, w.account, ADA, today=TODAY),
        set_recipients: lambda a, w: set_recipients(a, w.account, [w.contact]),
        set_billing_contact: lambda a, w: set_billing_contact(a, w.account, w.contact),
        remove_contact: lambda a, w: remove_contact(a, w.account, w.billing),
        save_purchase_order: lambda a, w: save_purchase_order(a, w.account, PurchaseOrderForm("PO-2"), today=TODAY),
        close_purchase_order: lambda a, w: close_purchase_order(a, w.account, w.po),
    },
    Permission.USE_CART: {
        save_note: lambda a, w: save_note(a, w.account, "Call Ada first"),
        save_checkout: lambda a, w: save_checkout(a, w.account, {"evidence": "mail"}),
        change_cart_line: lambda a, w: change_cart_line(a, w.account, w.line, THREE, today=TODAY),
        remove_from_cart: lambda a, w: remove_from_cart(a, w.account, w.line),
        add_to_cart: lambda a, w: add_to_cart(a, w.account, THREE, today=TODAY),
        repeat_order: lambda a, w: repeat_order(a, w.account, today=TODAY),
        send_proposal: lambda a, w: send_proposal(a, request(w.account, MEETINGS), today=TODAY),
    },
    Permission.PLACE_ORDERS: {
        place_order: lambda a, w: place_order(
            a, request(w.account, THREE, key="another"), agreed=Money.zero("EUR"), today=TODAY
        ),
    },
    Permission.CHANGE_SUBSCRIPTIONS: {
        schedule_new_price: lambda a, w: schedule_new_price(a, w.account, w.subscription, today=TODAY),
        send_renewal_notice: lambda a, w: send_renewal_notice(a, w.account, w.subscription, today=TODAY),
        withdraw_scheduled_change: lambda a, w: withdraw_scheduled_change(a, w.account, w.subscription, today=TODAY),
        cancel_subscription: lambda a, w: cancel_subscription(a, w.account, w.subscription, "Too dear", TODAY),
        reactivate_subscription: lambda a, w: reactivate_subscription(a, w.account, w.subscription, TODAY),
        set_auto_renewal: lambda a, w: set_auto_renewal(a, w.account, w.subscription, False, TODAY),
        extend_trial: lambda a, w: extend_trial(a, w.account, w.trial, 5, "Slow start", TODAY),
        change_trial: lambda a, w: change_trial(
            a, w.account, w.trial, plan="monitoring-plus", seats=7, interval=Interval.YEAR, today=TODAY
        ),
        end_trial: lambda a, w: end_trial(a, w.account, w.trial, "Not wanted", TODAY),
    },
    Permission.CHANGE_SEATS: {
        add_licensed_users: lambda a, w: add_licensed_users(a, w.account, "noa@acme.example", today=TODAY),
        save_licensed_user: lambda a, w: save_licensed_user(
            a, w.account, w.user, name="Anna", email="ana@acme.example", version=w.user_version
        ),
        save_user_details: lambda a, w: save_user_details(
            a, w.account, w.user, UserDetails("Sales"), version=w.user_version, today=TODAY
        ),
        tick_products: lambda a, w: tick_products(
            a, w.account, [Ticks(w.user, w.user_version, frozenset({"support"}))], notify=True, today=TODAY
        ),
        release_seats: lambda a, w: release_seats(a, w.account, w.subscription, [w.user], notify=True, today=TODAY),
        assign_seats: lambda a, w: assign_seats(
            a, w.account, w.subscription, user_ids=[w.user], notify=True, today=TODAY
        ),
        **seat_calls.CALLS,
        release_leavers: lambda a, w: release_leavers(a, w.account, "ana@acme.example", notify=True, today=TODAY),
        undo_release: lambda a, w: undo_release(a, w.account, latest_release(), notify=True, today=TODAY),
        **act_calls.CALLS,
    },
    Permission.REDUCE_AT_RENEWAL: act_calls.REDUCING,
    Permission.ASK_APPROVALS: {
        ask_approval: lambda a, w: ask_approval(a, w.account, half_off("d-1"), TODAY),
        withdraw_approval: lambda a, w: withdraw_approval(a, w.account, w.asked[0]),
        ask_refund: lambda a, w: ask_refund(
            a, RefundRequest(w.account, Money(100, "EUR"), "bank_transfer", "Closing the account", "r-1"), today=TODAY
        ),
        ask_write_off: lambda a, w: ask_write_off(
            a, WriteOffRequest(w.account, w.owed, Money(100, "EUR"), "Insolvent", "w-1"), today=TODAY
        ),
    },
    Permission.DECIDE_SALES: {
        decide_sales: lambda a, w: decide_sales(a, w.account, w.asked[1], is_approved=True, reason="", today=TODAY),
    },
    Permission.DECIDE_MONEY: {
        decide_money: lambda a, w: decide_money(a, w.account, w.asked[2], is_approved=True, reason="", today=TODAY),
    },
    Permission.RECORD_PAYMENTS: money_calls.CALLS,
    Permission.DISPUTE_INVOICES: money_calls.DISPUTES,
    Permission.CREDIT_INVOICES: {
        credit_invoice: lambda a, w: credit_invoice(
            a, CreditRequest(w.account, w.invoice, "Wrong company", "c-1"), agreed=w.credit, today=TODAY
        ),
    },
    Permission.RUN_BILLING: billing_calls.CALLS,
    Permission.RESEND_MAILS: {
        retry_mail: lambda a, w: retry_mail(a, w.mail),
        mail_statement: lambda a, w: mail_statement(a, StatementRequest(w.account, TODAY, TODAY), today=TODAY),
        mail_statements: lambda a, w: list(
            mail_statements(a, [w.account], first_on=TODAY - timedelta(days=1), last_on=TODAY, today=TODAY)
        ),
    },
    Permission.IMPORT_ACCOUNTS: {
        apply_import: lambda a, w: list(apply_import(a, w.plan)),
        remember_map: lambda a, w: remember_map(a, "shape", make_map({"code": Source("Code")})),
    },
    Permission.CLOSE_MONTHS: closing_calls.CALLS,
    Permission.IMPORT_BOOKS: {
        apply_book: lambda a, w: list(apply_book(a, w.book)),
    },
    Permission.SEE_USAGE: {
        open_person_use: lambda a, w: open_person_use(a, w.account, w.user, today=TODAY),
    },
    Permission.IMPORT_USAGE: {
        apply_usage: lambda a, w: list(apply_usage(a, w.usage)),
        hide_names: lambda a, w: hide_names(a, w.account, hidden=True),
    },
    Permission.NAME_DEPUTY: {
        name_deputy: lambda a, w: name_deputy(
            a, w.other_rep.user_id, starts_on=LATER, ends_on=LATER + timedelta(days=9), today=TODAY
        ),
        end_deputy: lambda a, w: end_deputy(a, w.deputy, TODAY),
    },
    Permission.ERASE_PERSONS: {
        erase_licensed_user: lambda a, w: erase_licensed_user(a, w.account, w.leaver, version=1),
    },
    Permission.CONFIRM_VAT: {
        record_vat_check: lambda a, w: record_vat_check(
            a, w.account, is_confirmed=True, checked_on=TODAY, consultation="WAPI-1", version=w.version, today=TODAY
        ),
    },
    Permission.MANAGE_SELLERS: {save_seller: lambda a, w: save_seller(a, demo_sellers()["DE"])},
    Permission.MANAGE_USERS: {
        save_team: lambda a, w: save_team(a, TeamForm("Iberia"), TODAY),
        give_accounts: lambda a, w: give_accounts(a, w.team, ["second"]),
        take_accounts: lambda a, w: take_accounts(a, w.team, [w.account]),
        grant_accounts: lambda a, w: grant_accounts(a, w.actors[Role.LICENCE_MANAGER].user_id, ["second"]),
        revoke_accounts: lambda a, w: revoke_accounts(a, w.actors[Role.LICENCE_MANAGER].user_id, [w.account]),
        erase_user: lambda a, w: erase_user(a, w.switched_off, version=1),
        create_user: lambda a, w: create_user(a, UserForm("Eva Gil", "eva@portal.example", Role.FINANCE), TODAY),
        change_user: lambda a, w: change_user(
            a,
            w.other_rep.user_id,
            UserForm("Eve Gil", "other_rep@portal.example", Role.SALES_REP),
            version(User, w.other_rep.user_id),
        ),
    },
    Permission.ASSIGN_REPS: {
        assign_rep: lambda a, w: assign_rep(
            a, w.account, rep_id=w.actors[Role.SALES_MANAGER].user_id, team_id=None, version=w.version
        ),
    },
}
EACH = [(permission, command, call) for permission, calls in CALLS.items() for command, call in calls.items()]

# About no account that is there already, or many at once: what an import refuses is said row by row.
ABOUT_NO_ACCOUNT = {create_account, apply_import, apply_usage, apply_book, remember_map, name_deputy, choose_language}
# A mail of the past may go out again; whom a rep is covered by, users, teams and sellers are no account's.
NOT_OF_AN_ACCOUNT = ABOUT_NO_ACCOUNT | {
    retry_mail,
    mail_statements,  # passes it over
    end_deputy,
    save_team,
    create_user,
    change_user,
    erase_user,
    open_person_use,  # a look
    grant_accounts,
    revoke_accounts,
    save_seller,
}
NOT_OF_AN_ACCOUNT |= closing_calls.CALLS.keys() | billing_calls.OF_NO_ACCOUNT | money_calls.OF_NO_ACCOUNT
