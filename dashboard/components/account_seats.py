"""An account's seats over time, and its next renewals with the last day to reduce."""

from dashboard.components.columns import Column, Kind
from dashboard.components.filters import choice
from dashboard.components.seat_renewals import decide_told, draw_history
from dashboard.components.tables import Detail, table
from dashboard.components.use_tables import products_of
from dashboard.words import _
from services.permissions import Actor
from services.queries.seat_renewals import AHEAD, account_months, upcoming
from services.queries.usage import AccountUse

_MOST = 50


def draw_over_time(actor: Actor, use: AccountUse) -> None:
    """Seats bought, assigned and in use in 24 months, of all products or one."""
    product = choice("of", _("Product"), products_of(use.products), width=220)
    history = account_months(actor, use.account_id, today=use.today, product=product)
    draw_history(_("Seats in use against seats bought, 24 months"), history, key="account_months")


def draw_next_renewals(actor: Actor, use: AccountUse) -> None:
    """Each subscription that renews within a year: when, and until when fewer seats can be had."""
    listed = upcoming(actor, today=use.today, months=AHEAD[-1], account_id=use.account_id, limit=_MOST)
    table(
        listed.frame,
        [
            Column("product", _("Product"), width=170),
            Column("plan", _("Plan"), width=98),
            Column("renews_on", _("Renews"), Kind.DAY, width=105),
            Column("decide_by", _("Last day to reduce"), Kind.DAY, width=152, help=decide_told()),
            Column("seats", _("Bought"), Kind.NUMBER, width=75),
            Column("assigned", _("Assigned"), Kind.NUMBER, width=80),
            Column("in_use", _("In use"), Kind.NUMBER, width=70),
            Column(
                "nothing_minor",
                _("Do nothing"),
                Kind.MONEY,
                width=120,
                help=_("The next term as it stands, net."),
            ),
        ],
        key="account_renewals",
        name=_("Seats at the next renewal"),
        empty=_("No subscription of the account renews within a year."),
        detail=Detail("seats/renewals", {"account": "account_id", "subscription": "subscription_id"}),
        download="next-renewals",
    )
