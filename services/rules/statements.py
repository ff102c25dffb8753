"""Bank statements: rows of a CSV file as money received, and whose invoice each could pay."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from hashlib import sha256

from data.money import CURRENCIES, Money
from services.errors import ColumnsMissing, FieldsUnmapped, Problem
from services.rules.amounts import parse_amount
from services.rules.card_numbers import contains_card_number
from services.rules.import_fields import normalised
from services.rules.tables import Table
from services.rules.text import line_fault, one_line

LONGEST_PAYER, LONGEST_REFERENCE = 200, 500
FIELDS = ("day", "amount", "payer", "reference", "currency")
REQUIRED = ("day", "amount", "reference")
_HEADERS: Mapping[str, str] = {
    "day": "booking date|booked on|date|posting date|value date|fecha|fecha operacion|fecha contable|fecha valor|"
    "buchungstag|buchungsdatum|valutadatum|valuta|date operation|date valeur",
    "amount": "amount|credit|paid in|importe|abono|haber|ingreso|betrag|umsatz|montant",
    "payer": "payer|name|remitter|debtor|counterparty|from|ordenante|nombre|contrapartida|auftraggeber|"
    "beguenstigter zahlungspflichtiger|name zahlungsbeteiligter|donneur d ordre",
    "reference": "reference|description|details|remittance|remittance information|narrative|concepto|referencia|"
    "observaciones|verwendungszweck|libelle|communication",
    "currency": "currency|moneda|divisa|wahrung|waehrung|devise",
}
_DAYS = ("%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y", "%Y/%m/%d", "%d.%m.%y", "%d/%m/%y", "%Y%m%d")
_LEGAL_FORMS = frozenset(
    "sa sl slu sau sas sarl gmbh ag kg se bv nv ltd limited plc llc inc corp co spa srl cia the and und y".split()
)
_LONG_NUMBER = re.compile(r"\d(?:[ .\-]?\d){11,}")


class LineVerdict(StrEnum):
    """What a statement's line is, before anything is written."""

    EXACT = "exact"  # names an invoice and pays what is open on it, or all it names together
    DIFFERENT = "different"  # names an invoice and pays another amount
    BY_AMOUNT = "by_amount"  # names none; one open invoice of a payer of that name has the amount
    SETTLED = "settled"  # names an invoice with nothing left to pay
    UNMATCHED = "unmatched"
    KNOWN = "known"  # was booked, or set aside, before
    OUTGOING = "outgoing"  # money that went out
    REFUSED = "refused"  # cannot be read


BOOKABLE = (LineVerdict.EXACT, LineVerdict.DIFFERENT, LineVerdict.BY_AMOUNT)


@dataclass(frozen=True, slots=True)
class StatementColumns:
    """Which column says what; empty for none. `fixed_currency` holds where no column names the currency."""

    day: str = ""
    amount: str = ""
    payer: str = ""
    reference: str = ""
    currency: str = ""
    fixed_currency: str = "EUR"

    def fits(self, header: Sequence[str]) -> None:
        """Raise `ColumnsMissing` for columns the header lacks, `FieldsUnmapped` for needed ones without a column."""
        named = {name: getattr(self, name) for name in FIELDS}
        missing = sorted({column for column in named.values() if column and column not in header})
        if missing:
            raise ColumnsMissing(field="map", columns=missing)
        unmapped = [name for name in REQUIRED if not named[name]]
        if unmapped:
            raise FieldsUnmapped(field="map", missing=unmapped)


@dataclass(frozen=True, slots=True)
class StatementRow:
    """Money that came in, as the bank says. `line_key` tells the line again in every later file."""

    position: int
    line_key: str
    booked_on: date
    amount: Money
    payer: str
    reference: str


@dataclass(frozen=True, slots=True)
class UnreadRow:
    """A row that is no money received: outgoing, or refused with its problem."""

    position: int
    verdict: LineVerdict
    text: str
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """An invoice that a line could pay; `open` may be 0."""

    account_id: int
    account: str
    invoice_id: int
    number: str
    open: Money


@dataclass(frozen=True, slots=True)
class Match:
    """Whose line it is, as far as that can be told; `further`: the other invoices it names and pays."""

    verdict: LineVerdict
    candidate: Candidate | None = None
    further: tuple[Candidate, ...] = ()


def guess(header: Sequence[str]) -> StatementColumns:
    """The columns by their usual names; the first column that a field's names know, in the order of the names."""
    known = {normalised(name): name for name in reversed(header)}
    found = {field: next((known[n] for n in names.split("|") if n in known), "") for field, names in _HEADERS.items()}
    return StatementColumns(**found)


def read_rows(table: Table, columns: StatementColumns) -> tuple[tuple[StatementRow, ...], tuple[UnreadRow, ...]]:
    """The rows as money received, and the others. Raises what `StatementColumns.fits` raises."""
    columns.fits(table.header)
    places = {name: table.header.index(column) for name in FIELDS if (column := getattr(columns, name))}
    rows: list[StatementRow] = []
    unread: list[UnreadRow] = []
    seen: dict[tuple[object, ...], int] = {}
    for row in table.rows:
        cells = {name: row.cells[place].strip() if place < len(row.cells) else "" for name, place in places.items()}
        payer = _fair(cells.get("payer", ""), LONGEST_PAYER)
        reference = _fair(cells.get("reference", ""), LONGEST_REFERENCE)
        read = _read(cells, columns.fixed_currency)
        if isinstance(read, Problem):
            unread.append(UnreadRow(row.number, LineVerdict.REFUSED, reference or payer, read))
            continue
        day, amount = read
        if amount.minor <= 0:
            unread.append(UnreadRow(row.number, LineVerdict.OUTGOING, reference or payer))
            continue
        said = (day.isoformat(), amount.minor, amount.currency, payer, reference)
        seen[said] = seen.get(said, 0) + 1  # two equal lines of one statement are two payments
        key = sha256("\n".join(map(str, (*said, seen[said]))).encode("utf-8", "surrogatepass")).hexdigest()
        rows.append(StatementRow(row.number, key, day, amount, payer, reference))
    return tuple(rows), tuple(unread)


def numbers_in(reference: str, series: Sequence[tuple[str, int]]) -> tuple[str, ...]:
    """The document numbers a reference names, whatever the bank made of their hyphens, in the order they stand.

    `series`: (series, year) there are; the longest name is looked for first ("DE-INV" before "INV").
    """
    bare = {_bare(f"{name}{year}"): (name, year) for name, year in series}
    if not bare:
        return ()
    starts = "|".join(sorted(map(re.escape, bare), key=len, reverse=True))
    found = re.findall(rf"({starts})(\d{{6}})(?!\d)", _bare(reference))
    numbers = [f"{bare[start][0]}-{bare[start][1]}-{digits}" for start, digits in found]
    return tuple(dict.fromkeys(numbers))


def match(row: StatementRow, named: Sequence[Candidate], same_amount: Sequence[Candidate]) -> Match:
    """Whose line it is: by the invoices it names, else by the amount alone where the payer's name fits one invoice."""
    named = [one for one in named if one.open.currency == row.amount.currency]
    still_open = [one for one in named if one.open]
    exact = [one for one in still_open if one.open == row.amount]
    if exact:
        return Match(LineVerdict.EXACT, exact[0])
    if len({one.account_id for one in still_open}) == 1:
        together = Money.total((one.open for one in still_open), row.amount.currency)
        verdict = LineVerdict.EXACT if together == row.amount else LineVerdict.DIFFERENT
        return Match(verdict, still_open[0], tuple(still_open[1:]))
    if still_open:
        return Match(LineVerdict.UNMATCHED)  # it names invoices of several accounts
    if named:
        return Match(LineVerdict.SETTLED, named[0])
    fitting = [one for one in same_amount if one.open == row.amount and same_name(row.payer, one.account)]
    return Match(LineVerdict.BY_AMOUNT, fitting[0]) if len(fitting) == 1 else Match(LineVerdict.UNMATCHED)


def same_name(payer: str, legal_name: str) -> bool:
    """Whether the words of one name are all among the other's, legal forms aside."""
    one, other = _words(payer), _words(legal_name)
    return bool(one and other) and (one <= other or other <= one)


def _words(name: str) -> frozenset[str]:
    return frozenset(word for word in normalised(name).split() if len(word) > 1 and word not in _LEGAL_FORMS)


def _bare(text: str) -> str:
    return re.sub(r"[^A-Z0-9]", "", text.upper())


def _read(cells: Mapping[str, str], fixed_currency: str) -> tuple[date, Money] | Problem:
    currency = (cells.get("currency") or fixed_currency).upper()
    if currency not in CURRENCIES:
        return Problem("currency", "unknown_currency", {"value": currency[:10]})
    day = _day(cells["day"])
    if day is None:
        return Problem("booked_on", "not_a_day")
    try:
        return day, parse_amount(cells["amount"], currency)
    except ValueError:
        return Problem("amount", "not_a_number")


def _day(text: str) -> date | None:
    for pattern in _DAYS:
        try:
            return datetime.strptime(text[:10], pattern).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    return None


def _fair(text: str, limit: int) -> str:
    """A bank's text as we keep it: one printable line, and long numbers masked where one could be a card's."""
    line = one_line(text)
    if line_fault(line):
        line = "".join(character for character in line if not line_fault(character))
    if contains_card_number(line):
        line = _LONG_NUMBER.sub("••••", line)
    return line[:limit]
