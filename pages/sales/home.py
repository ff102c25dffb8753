"""Home: what needs a decision today, and the accounts one works on."""

import streamlit as st

from dashboard import cache, navigation, sign_in
from dashboard.components.account_readiness import state_names
from dashboard.components.account_tables import mrr_help
from dashboard.components.columns import Column, Kind
from dashboard.components.decision_next import draw_next
from dashboard.components.empty import empty
from dashboard.components.headers import header
from dashboard.components.home_lists import counted, draw_waiting, titles
from dashboard.components.key_figures import Figure, key_figures
from dashboard.components.tables import Detail, table
from dashboard.components.text import plain
from dashboard.day import today
from dashboard.words import _, words
from services.permissions import Actor, Permission, Role
from services.queries.account_list import list_accounts
from services.queries.home import Home, home

OWN = 10


def run() -> None:
    """Draw the actor's home."""
    actor = sign_in.actor()
    # A rep's home is about few accounts and follows each act; the whole book's may be half a minute old.
    seen = home(actor, today()) if actor.is_scoped else cache.read(home, actor, today())
    accounts = words().tn("{n} account", "{n} accounts", seen.accounts)
    header(_("Home"), context=(words().day_long(today()), accounts))
    key_figures(_figures(seen))
    if actor.role in (Role.SALES_REP, Role.SALES_MANAGER, Role.LICENCE_MANAGER):
        draw_next(actor)
    waiting = [kind for kind in seen.waiting if kind.rows]
    grid = st.grid(2, min_column_width=340, gap="small")
    for kinds in (waiting[::2], waiting[1::2]):
        with grid.cell():
            for kind in kinds:
                draw_waiting(kind, today())
    _draw_quiet(seen)
    _draw_accounts(actor, seen)


def _figures(seen: Home) -> list[Figure]:
    definitions = {
        "trials": _("Trials that end within {days} days.", days=seen.look_ahead["trial"]),
        "carts": _("Carts with items that nobody touched for some days."),
        "renewals": _(
            "Annual and quarterly subscriptions that renew within {days} days.", days=seen.look_ahead["renewal"]
        ),
        "cancellations": _("Cancelled subscriptions that have not ended: until then they can be reactivated."),
        "approvals": _("Requests of others that wait for your decision."),
        "mails": _("Mails that could not be sent so far."),
        "incomplete": _("Accounts that lack something an order needs."),
        "overdue": _("Invoices with something left to pay whose due date is over."),
        "vat_numbers": _("Numbers of business customers abroad that were only checked by their form, or refused."),
        "new_seats": _("Subscriptions of the last 30 days with seats that nobody has yet."),
    }
    kinds = [waiting.kind for waiting in seen.waiting]
    figures = []
    if "overdue" in kinds:  # finance: money first, one figure a currency
        owed = _("Left to pay on invoices whose due date is over. To pay in all: {owed}.", owed=seen.owed or "–")
        figures = [
            Figure(_("Overdue in {currency}", currency=amount.currency), words().money(amount), owed)
            for amount in seen.overdue[:3]
        ]
        kinds.remove("overdue")
    figures += [Figure(titles()[kind], counted(seen.of(kind).total), definitions[kind]) for kind in kinds]
    return figures[:5]


def _draw_quiet(seen: Home) -> None:
    quiet = [titles()[waiting.kind] for waiting in seen.waiting if not waiting.rows]
    if quiet and len(quiet) == len(seen.waiting):
        empty(_("Nothing needs a decision today."), icon="task_alt")
    elif quiet:
        st.caption(f":material/task_alt: {plain(_('Nothing waits under: {kinds}.', kinds=quiet))}")


def _draw_accounts(actor: Actor, seen: Home) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom", horizontal_alignment="distribute"):
        st.subheader(_("My accounts") if actor.is_scoped else _("Accounts"), anchor=False, width="content")
        navigation.link(_("All accounts"), "sales/accounts", icon=":material/arrow_forward:")
    frame = list_accounts(actor, limit=OWN, today=today()).frame
    frame["overdue_minor"] = [minor or None for minor in frame["overdue_minor"]]
    frame["country_name"] = [words().country(code) if code else "" for code in frame["country"]]
    overdue = Column("overdue_minor", _("Overdue"), Kind.MONEY, width=100)
    table(
        frame,
        [
            Column("name", _("Account"), width=190),
            Column("status", _("Status"), Kind.STATUS, names=state_names()),
            Column("country_name", _("Country")),
            Column("billing_contact", _("Billing contact")),
            Column("mrr_minor", _("MRR"), Kind.MONEY, help=mrr_help()),
            *([overdue] if actor.may(Permission.SEE_INVOICES) else []),
            Column("renews_on", _("Renews on"), Kind.DAY),
        ],
        key="own_accounts",
        name=_("Accounts"),
        empty=_("No account is yours yet. Create one, import a list, or ask your manager."),
        detail=Detail("sales/account", {"account": "account_id"}),
    )


run()
