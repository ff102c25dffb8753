"""A Spanish seller's April and May 2026 with each way of taxing once: ten seats a year at 144.00 for each customer."""

from dataclasses import dataclass
from datetime import date

from data.money import Money
from services.commands.credit_notes import CreditRequest, credit_invoice
from services.permissions import Actor
from services.queries.credit_notes import preview_credit
from services.rules.credits import WHOLE, CreditScope
from tests.builders import make_account, make_invoice

IN_APRIL, IN_MAY = date(2026, 4, 20), date(2026, 5, 4)


@dataclass(frozen=True, slots=True)
class World:
    """Accounts by the city they sit in."""

    accounts: dict[str, int]


def build(admin: Actor) -> World:
    """April: eight invoices of 11 April and a partial credit of the 20th; May: a whole credit of the 4th.

    The last rate before the 11th, a Saturday, is that of the 10th: 1.1711 USD a euro, so 0.853898 EUR a dollar.
    """
    plain = {"rep": admin, "vat_state": "confirmed"}
    nobody = {"rep": admin, "vat_number": "", "vat_state": "unchecked"}
    accounts = {
        "madrid": make_account("madrid", **plain),
        "berlin": make_account("berlin", country="DE", postal_code="10115", vat_number="DE136695976", **plain),
        "paris": make_account(
            "paris", country="FR", postal_code="75001", vat_number="FR40303265045", rep=admin, vat_state="form_only"
        ),
        "roma": make_account("roma", country="IT", postal_code="00118", is_business=False, **nobody),
        "porto": make_account("porto", country="PT", postal_code="4000-322", **nobody),
        "cruz": make_account("cruz", exemption_article="Art. 20.Uno.14 LIVA", exempt_from=date(2026, 1, 1), **plain),
        "york": make_account(
            "york", country="US", region="NY", postal_code="10001", currency="USD", **(nobody | {"is_business": True})
        ),
        "sevilla": make_account("sevilla", currency="USD", **plain),
    }
    invoices = {city: make_invoice(admin, account, key=city) for city, account in accounts.items()}
    credit(admin, accounts["madrid"], invoices["madrid"], IN_APRIL, CreditScope(net=Money(100_00, "EUR")))
    credit(admin, accounts["berlin"], invoices["berlin"], IN_MAY)
    return World(accounts)


def credit(admin: Actor, account: int, invoice: int, day: date, scope: CreditScope = WHOLE) -> None:
    """Credit an invoice on a day."""
    agreed = preview_credit(admin, account, invoice, scope).total
    request = CreditRequest(account, invoice, "Agreed", f"credit {invoice}", scope)
    credit_invoice(admin, request, agreed=agreed, today=day)
