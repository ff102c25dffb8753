"""What one change for many licensed users would do, row by row."""

from datetime import date

import pandas as pd

from data.models import Account
from services.access import reading
from services.errors import NotFound
from services.permissions import Actor, Permission
from services.queries.seat_moves import SeatsPreview
from services.rules.seat_bulk import BulkRequest, SeatDeed
from services.rules.seat_verdicts import SeatVerdict
from services.worksheets.seat_bulk import bulk_sheet

__all__ = ["BulkRequest", "SeatDeed", "SeatVerdict", "SeatsPreview", "preview_bulk"]


def preview_bulk(actor: Actor, request: BulkRequest, *, today: date) -> SeatsPreview:
    """What `change_many` will do, by the same rules. Raises `Invalid` (line by line), `NotFound`."""
    with reading(actor, Permission.SEE_SEATS, of=request.account_id) as session:
        account = session.get(Account, request.account_id)
        if account is None:
            raise NotFound(kind="account")
        sheet = bulk_sheet(session, account, request, today)
        rows = [
            (row.name, row.email, verdict.value, row.user_id is None and request.deed.enrols)
            for row, verdict in sheet.rows
        ]
    frame = pd.DataFrame(rows, columns=["name", "email", "verdict", "is_new"])
    needed = len(sheet.of(SeatVerdict.DONE, SeatVerdict.NO_SEAT_FREE)) if request.deed.takes_seats else 0
    return SeatsPreview(frame, needed, sheet.pool.free if sheet.pool else 0)
