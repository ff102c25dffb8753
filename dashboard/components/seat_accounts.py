"""Accounts with seats to choose from: bought, assigned and free."""

from dashboard.components.columns import Column, Kind
from dashboard.components.downloads import Whole, paged
from dashboard.components.filters import search_field
from dashboard.components.headers import header
from dashboard.components.pagers import asked_slice, pager
from dashboard.components.tables import Detail, table
from dashboard.words import _
from services.permissions import Actor
from services.queries.seats import seat_overview


def draw_accounts(actor: Actor) -> None:
    """The actor's accounts; a click leads to its licensed users."""
    header(_("Licensed users"), context=(_("Choose an account: seats bought, assigned and free"),))
    search = search_field(_("Name, code, VAT number or contact"), label=_("Search account"))
    asked = asked_slice()
    listed = seat_overview(actor, search=search, limit=asked.limit, offset=asked.offset)
    table(
        listed.frame,
        [
            Column("name", _("Account"), width=380),
            Column("code", _("Code")),
            Column("seats", _("Seats bought"), Kind.NUMBER),
            Column("assigned", _("Assigned"), Kind.NUMBER),
            Column("free", _("Free"), Kind.NUMBER),
        ],
        key="accounts_with_seats",
        name=_("Accounts and their seats"),
        empty=_("No account matches. Search for another name, or clear the search."),
        detail=Detail("seats/licensed_users", {"account": "id"}),
        download="accounts-and-seats",
        whole=_whole(actor, search, listed.total),
    )
    pager(listed.total, asked)


def _whole(actor: Actor, search: str, total: int) -> Whole:
    """All accounts that match, for the files."""
    return paged(
        lambda limit, offset: seat_overview(actor, search=search, limit=limit, offset=offset).frame,
        total,
        of=(actor, search),
        key=("id",),
    )
