"""The tree of refusals: everything the portal says no to, by type.

Refusal                      a clear no; carries `code`, the `field` it is about, and `values` for its sentence
├── NotSignedIn              nobody, or a user who was switched off
├── NotAllowed               the role lacks the permission
├── NotFound                 unknown, or not one of the actor's: the answer is the same
├── Invalid                  a form with faults: `problems`, each a field, a code and values
├── Unavailable              the database is down, locked or on another revision
├── ImportRefused            a file that cannot be taken as a table; subclasses say why
├── Conflict                 somebody else was faster
│   ├── StaleForm            the row changed since the form was opened
│   ├── PriceChanged         the total is not the agreed one any more
│   ├── CreditChanged        what is left of an invoice is not what was shown
│   ├── RequestKeyReused     the same key with another payload
│   └── SeatsExhausted       no free seat left
└── Unlawful                 a rule of the business forbids it; subclasses name the rule

Refusals become words only at the edge, through `services.words.texts.sentence`.
"""

import re
from dataclasses import dataclass
from dataclasses import field as attribute
from typing import Any


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault of a form: the field's name, a code of `services.words.texts`, and the values its sentence names."""

    field: str
    code: str
    values: dict[str, Any] = attribute(default_factory=dict)


class Refusal(Exception):
    """A clear no. `code` is the class name in snake case; `values` fill the sentence's placeholders."""

    code = "refusal"

    def __init_subclass__(cls) -> None:
        cls.code = re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()

    def __init__(self, *, field: str | None = None, **values: Any) -> None:
        super().__init__(self.code, field, values)
        self.field = field
        self.values = values


class NotSignedIn(Refusal):
    """Nobody is signed in, or the user was switched off."""


class NotAllowed(Refusal):
    """The role lacks a permission: `permission`, and `roles` that have it."""


class NotFound(Refusal):
    """`kind` that does not exist or is not one of the actor's."""


class Invalid(Refusal):
    """A form with faults, each with its field."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__(field=problems[0].field if problems else None)
        self.problems = problems

    @classmethod
    def when(cls, problems: list[Problem]) -> None:
        """Raise if there is any problem."""
        if problems:
            raise cls(*problems)


class Unavailable(Refusal):
    """The database is down or busy: nothing was written, try again."""


class Conflict(Refusal):
    """Somebody else was faster."""


class StaleForm(Conflict):
    """The row changed since the form was opened."""


class PriceChanged(Conflict):
    """The total is not the agreed one any more: `agreed`, `now` (Money)."""


class RequestKeyReused(Conflict):
    """The same request key came with another payload."""


class SeatsExhausted(Conflict):
    """No free seat: `free`, `asked`, `product`."""


class Unlawful(Refusal):
    """A rule of the business forbids it; the subclass names the rule."""


class NotReadyToOrder(Unlawful):
    """The account or its seller lacks what an order needs: `missing` (field codes)."""


class SellerIncomplete(Unlawful):
    """The selling entity lacks what its country demands on an invoice: `seller`, `missing`."""


class SelfServiceAccount(Unlawful):
    """A self-service account is read-only here."""


class NoPrice(Unlawful):
    """The plan has no price in the account's currency for the interval: `plan`, `currency`, `interval`."""


class ProductWithdrawn(Unlawful):
    """The product is no longer sold: `product`."""


class TooFewSeats(Unlawful):
    """Fewer seats than the plan's minimum: `minimum`, `seats`."""


class TooManySeats(Unlawful):
    """More seats than may be ordered (a trial's limit, or the portal's): `limit`, `seats`."""


class TrialNotOffered(Unlawful):
    """The product has no trial: `product`."""


class TrialUsedUp(Unlawful):
    """One trial per product and account in 12 months: `product`, `again_on`."""


class TrialRunning(Unlawful):
    """The product is on trial: its purchase converts the trial, today and not later: `product`."""


class SeatsInUse(Unlawful):
    """Fewer seats than are assigned: `seats`, `assigned`, and how many to `release`."""

    def __init__(self, *, seats: int, assigned: int, field: str | None = None) -> None:
        super().__init__(field=field, seats=seats, assigned=assigned, release=assigned - seats)


class ProductOwned(Unlawful):
    """The account has the product already, add seats instead: `product`."""


class ProductNotOwned(Unlawful):
    """The account has no live subscription of it, so there is no seat to assign: `product`."""


class DiscountOverLimit(Unlawful):
    """More than the role may give: `limit`, `asked` (percent), `roles` that may."""


class DiscountNeedsReason(Unlawful):
    """A discount or negotiated price without its reason."""


class StartsInPast(Unlawful):
    """A subscription cannot start before today: `starts_on`."""


class StartsTooLate(Unlawful):
    """A start more than two years ahead: `starts_on`, `latest`."""


class PurchaseOrderRequired(Unlawful):
    """The account orders only with a purchase order."""


class PurchaseOrderExpired(Unlawful):
    """The purchase order's last day is over: `number`, `expired_on`."""


class PurchaseOrderCapExceeded(Unlawful):
    """The purchase order's cap does not cover the total: `number`, `left`, `total` (Money)."""


class InvoiceNotCreditable(Unlawful):
    """Nothing of the invoice is left to credit: `number`."""


class IssuedOutOfOrder(Unlawful):
    """A document dated before the last one of its series: `series`, `day`, `last_day`."""


class TermsNotAccepted(Unlawful):
    """A new period from today was not ticked to accept."""


class ExchangeRateMissing(Unlawful):
    """No reference rate of `currency` up to `day`: the tax in the seller's currency cannot be printed."""


class VatNumberRefused(Unlawful):
    """The VAT number fails its check: `number`, `reason` (a problem code). Ordering with VAT stays possible."""


class CartChanged(Conflict):
    """A line that was to be ordered is not in the cart any more: ordered or taken out by somebody else."""


class PaymentMeansMissing(Unlawful):
    """How the invoice will be paid was not chosen, or the account's country and currency do not allow it."""


class NothingToRepeat(Unlawful):
    """The account has no order whose items could be prepared again."""


class EmptyCart(Unlawful):
    """Nothing was chosen to order."""


class EvidenceMissing(Unlawful):
    """Who ordered and the evidence are required."""


class ImportRefused(Refusal):
    """The file cannot be taken as a table; the subclass says why."""


class FileMissing(ImportRefused):
    """There is no file `name` that can be read."""


class FileTooLarge(ImportRefused):
    """More than `limit` megabytes."""


class FileTypeUnknown(ImportRefused):
    """Neither CSV nor XLSX."""


class WorkbookUnreadable(ImportRefused):
    """A damaged or protected workbook, or one that takes too much memory or time."""


class EncodingWrong(ImportRefused):
    """The bytes are not in the `encoding` expected: `line` of the first that is not."""


class QuoteNotClosed(ImportRefused):
    """A quoted cell that opens on `line` never ends."""


class LineMalformed(ImportRefused):
    """A quote stands in the wrong place on `line`."""


class EmptyFile(ImportRefused):
    """No row below the header."""


class TooManyRows(ImportRefused):
    """More than `limit` rows."""


class TooManyColumns(ImportRefused):
    """More than `limit` columns: something stands in `cell`."""


class ColumnTwice(ImportRefused):
    """The header names `column` twice."""


class ColumnsMissing(ImportRefused):
    """The column map names `columns` that the file does not have."""


class FieldsUnmapped(ImportRefused):
    """No source was chosen for the fields `missing`, without which no row can be read."""


class MapMalformed(ImportRefused):
    """The column map cannot be used: `place` of the fault."""


class LastAdministrator(Unlawful):
    """The last active administrator stays one: nobody else could let users in."""


class DeputyOverlaps(Unlawful):
    """The same deputy is named for some of the days already: `deputy`, `days` (Period)."""


class CreditChanged(Conflict):
    """What is left of the invoice is not what was shown any more: `agreed`, `now` (Money, positive)."""
