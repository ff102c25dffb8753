"""Bulk changes in words: what is done, how seats are meant, what becomes of a row."""

from collections.abc import Mapping

from services.rules.bulk_changes import BulkKind, SeatsBy, Verdict
from services.words.i18n import N_

KINDS: Mapping[BulkKind, str] = {
    BulkKind.NEW_PRICE: N_("New price at the renewal"),
    BulkKind.NOTICE: N_("Send the renewal notice"),
    BulkKind.SEATS: N_("Change the seats"),
}
SEATS_BY: Mapping[SeatsBy, str] = {
    SeatsBy.PERCENT: N_("by percent"),
    SeatsBy.DIFFERENCE: N_("by so many seats"),
    SeatsBy.TOTAL: N_("to this total"),
}
VERDICTS: Mapping[Verdict, str] = {
    Verdict.READY: N_("ready"),
    Verdict.DONE: N_("done already"),
    Verdict.REFUSED: N_("not possible"),
}
