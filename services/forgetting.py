"""What is kept no longer: events of use after 90 days, days of use after 25 months."""

from datetime import date

from services import access
from services.journal.usage import prune


def forget_old(today: date) -> int:
    """Forget portion by portion, each in a transaction of its own; returns how many rows. Raises `Unavailable`."""
    forgotten = 0
    while True:
        with access.maintaining() as session:
            gone = prune(session, today)
        if not gone:
            return forgotten
        forgotten += gone
