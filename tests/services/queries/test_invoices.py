"""The list of invoices, and what its search and filters find; the card and its paper."""

from datetime import date

import pytest
from sqlalchemy import update

from data import database
from data.models import Document
from data.money import Money
from data.period import Interval
from services import access
from services.commands.credit_notes import CreditRequest, credit_invoice
from services.errors import NotAllowed, NotFound
from services.permissions import Actor
from services.queries import invoices
from services.queries.credit_notes import preview_credit
from services.queries.invoice_card import invoice_card, paper, paper_pages
from services.queries.invoices import InvoiceFilter, invoice_choices, list_invoices
from services.rules.ordering import ItemKind, OrderItem
from services.words.derivations import derivation_sentence
from services.words.i18n import Words
from tests.builders import TODAY, make_account, make_deputy, make_invoice, make_seller

APRIL, JUNE, JULY = TODAY, date(2026, 6, 1), date(2026, 7, 15)
MONTHLY = OrderItem(ItemKind.PURCHASE, "meetings-team", 3, Interval.MONTH)


@pytest.fixture
def book(rep: Actor, other_rep: Actor, finance: Actor) -> dict[str, int]:
    """Alpha is invoiced in April, beta (in dollars, another rep's) and alpha in June; alpha's first is credited."""
    alpha = make_account("alpha", rep=rep, legal_name="Alpha Óptica, S.A.", search_text="alpha óptica, s.a. alpha")
    beta = make_account(
        "beta", rep=other_rep, legal_name="Beta Inc.", country="US", currency="USD", region="MA", vat_number="",
        seller=make_seller("US"),
    )  # fmt: skip
    first = make_invoice(rep, alpha, today=APRIL)
    dollars = make_invoice(other_rep, beta, key="b", today=JUNE)
    second = make_invoice(rep, alpha, MONTHLY, key="c", today=JUNE)
    agreed = preview_credit(finance, alpha, first).total
    note = credit_invoice(finance, CreditRequest(alpha, first, "Wrong", "k"), agreed=agreed, today=JUNE)
    return {
        "alpha": alpha, "beta": beta, "first": first, "dollars": dollars, "second": second,
        "note": note.credit_note_id,
    }  # fmt: skip


def found(actor: Actor, today: date = JULY, **wanted: object) -> list[str]:
    frame = list_invoices(actor, InvoiceFilter(**wanted), today=today).frame  # type: ignore[arg-type]
    return frame["number"].tolist()


def test_the_latest_come_first_with_their_status(book: dict[str, int], finance: Actor) -> None:
    page = list_invoices(finance, today=JUNE)
    assert page.total == 4
    assert page.frame[["number", "status", "account"]].to_numpy().tolist() == [
        ["INVUS-2026-000001", "to_pay", "Beta Inc."],
        ["INVES-2026-000002", "to_pay", "Alpha Óptica, S.A."],
        ["CNES-2026-000001", "issued", "Alpha Óptica, S.A."],
        ["INVES-2026-000001", "credited", "Alpha Óptica, S.A."],
    ]


FILTERS: list[tuple[dict[str, object], list[str]]] = [
    ({"text": "INVES-2026-000002"}, ["INVES-2026-000002"]),
    ({"text": "inves-2026-2"}, ["INVES-2026-000002"]),
    ({"text": "2026-000002"}, ["INVES-2026-000002"]),
    ({"text": "1"}, ["INVUS-2026-000001", "CNES-2026-000001", "INVES-2026-000001"]),
    ({"text": "óptica ALPHA"}, ["INVES-2026-000002", "CNES-2026-000001", "INVES-2026-000001"]),
    ({"text": "beta"}, ["INVUS-2026-000001"]),
    ({"text": "gamma"}, []),
    ({"text": "%"}, []),
    ({"text": "999999"}, []),
    ({"status": "overdue"}, ["INVES-2026-000002", "INVUS-2026-000001"]),  # due on 1 July, both
    ({"status": "to_pay"}, []),
    ({"status": "paid"}, []),
    ({"status": "credited"}, ["INVES-2026-000001"]),
    ({"status": "issued"}, ["CNES-2026-000001"]),
    ({"currency": "USD"}, ["INVUS-2026-000001"]),
    ({"month": 202604}, ["INVES-2026-000001"]),
    ({"month": 202605}, []),  # the first of June is June's
    ({"month": 202612}, []),
    ({"month": 202606, "currency": "EUR", "status": "overdue"}, ["INVES-2026-000002"]),
]


def test_search_and_filters(book: dict[str, int], finance: Actor, subtests: pytest.Subtests) -> None:
    for wanted, numbers in FILTERS:
        with subtests.test(**wanted):
            assert found(finance, **wanted) == numbers


def test_who_has_many_accounts_finds_the_same(
    book: dict[str, int], rep: Actor, other_rep: Actor, finance: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(access, "MANY_ACCOUNTS", 0)
    monkeypatch.setattr(invoices, "_FEW", 0)
    make_deputy(rep, other_rep, APRIL, date(2027, 1, 1))
    both = access.identify(other_rep.user_id, JULY)
    for wanted, numbers in FILTERS:
        assert found(finance, **wanted) == found(both, **wanted) == numbers
    assert found(other_rep) == ["INVUS-2026-000001"]
    assert found(rep, status="overdue") == ["INVES-2026-000002"]
    assert found(other_rep, text="alpha") == []


def test_the_documents_of_one_account(book: dict[str, int], finance: Actor) -> None:
    assert found(finance, account_id=book["beta"]) == ["INVUS-2026-000001"]


def test_a_settled_invoice_is_paid(book: dict[str, int], finance: Actor) -> None:
    with database.write_session() as session:
        session.execute(update(Document).where(Document.id == book["dollars"]).values(open_minor=0))
    assert found(finance, status="paid") == ["INVUS-2026-000001"]


def test_pages_add_up_to_the_whole(book: dict[str, int], finance: Actor) -> None:
    pages = [list_invoices(finance, limit=3, offset=offset, today=JULY) for offset in (0, 3, 6)]
    assert [len(page.frame) for page in pages] == [3, 1, 0]
    assert [page.total for page in pages] == [4, 4, 4]
    assert len({number for page in pages for number in page.frame["number"]}) == 4


def test_a_rep_sees_the_own_accounts_only(book: dict[str, int], rep: Actor, other_rep: Actor) -> None:
    assert found(other_rep) == ["INVUS-2026-000001"]
    assert found(rep, text="beta") == found(rep, text="INVUS-2026-000001") == []
    assert found(rep, status="credited") == ["INVES-2026-000001"]
    for look in (invoice_card, paper, paper_pages):
        more = {"today": JULY} if look is invoice_card else {}
        with pytest.raises(NotFound):
            look(rep, book["beta"], book["dollars"], **more)  # type: ignore[operator]


def test_roles_without_the_right_see_nothing(book: dict[str, int], licence_manager: Actor) -> None:
    with pytest.raises(NotAllowed):
        list_invoices(licence_manager, today=JULY)
    with pytest.raises(NotAllowed):
        paper(licence_manager, book["alpha"], book["first"])


def test_the_filters_offer_what_there_is(book: dict[str, int], finance: Actor, other_rep: Actor) -> None:
    choices = invoice_choices(finance)
    assert (choices.currencies, choices.months) == (("EUR", "GBP", "USD"), (202606, 202605, 202604))
    assert invoice_choices(other_rep).months == (202606,)


def test_the_card_explains_each_line(book: dict[str, int], rep: Actor) -> None:
    card = invoice_card(rep, book["alpha"], book["first"], today=JULY)
    (line,) = card.lines
    assert (card.total, card.open, card.credited, card.status) == (
        Money.of("1742.40", "EUR"), Money.zero("EUR"), Money.of("1742.40", "EUR"), "credited",
    )  # fmt: skip
    assert derivation_sentence(line.derivation, Words("en")).startswith("10 seats × 144.00 = 1,440.00")
    assert [(tax.rate, tax.base, tax.tax) for tax in card.taxes] == [
        (21, Money.of("1440.00", "EUR"), Money.of("302.40", "EUR"))
    ]
    assert (card.order_number[:4], card.seller) == ("ORD-", "Tarnway Software Ibérica, S.L.")
    assert [mail.kind for mail in card.mails] == ["invoice"]


def test_the_paper_is_the_same_every_time(book: dict[str, int], rep: Actor) -> None:
    first, again = (paper(rep, book["alpha"], book["first"]) for _ in range(2))
    assert first == again
    assert first.name == "INVES-2026-000001.pdf"
    (page,) = paper_pages(rep, book["alpha"], book["first"])
    assert page.startswith(b"\x89PNG")


def test_the_totals_are_of_all_that_match_by_currency_and_within_the_scope(
    book: dict[str, int], rep: Actor, finance: Actor
) -> None:
    whole = list_invoices(finance, today=JUNE).frame
    page = list_invoices(finance, limit=1, today=JUNE)
    assert len(page.frame) == 1 and page.sums is not None
    for name in ("total_minor", "open_minor"):
        by_currency = whole.assign(left=whole[name].fillna(0).astype(int)).groupby("currency")["left"].sum()
        assert page.sums[name] == tuple(Money(int(minor), code) for code, minor in by_currency.items())
    own = list_invoices(rep, limit=1, today=JUNE)
    assert own.sums is not None and [amount.currency for amount in own.sums["total_minor"]] == ["EUR"]
    assert list_invoices(finance, limit=50, today=JUNE).sums is None  # the page has them all
