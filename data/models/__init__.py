"""Everything the portal stores, as SQLAlchemy models."""

from data.models.accounts import Account, Contact, PurchaseOrder, StandingDiscount
from data.models.audit import AuditEntry, ImportMap
from data.models.base import AccountOwned, Base, limit_lengths
from data.models.carts import Cart, CartLine
from data.models.catalog import FxRate, Plan, Price, Product, Setting, TaxRate
from data.models.documents import Correction, Document, DocumentLine, IssuedNumber, LineCorrection, NumberSeries
from data.models.ledger import Movement, Posting
from data.models.orders import Attachment, Order, OrderLine, Proposal
from data.models.outbox import OutboxMail
from data.models.seats import LicensedUser, Seat
from data.models.sellers import Seller, SellerBank, SellerTaxNumber
from data.models.subscriptions import BilledPeriod, Entitlement, Subscription, SubscriptionEvent
from data.models.users import Deputy, Team, TeamMember, User

__all__ = [
    "Account", "AccountOwned", "Attachment", "AuditEntry", "Base", "BilledPeriod", "Cart", "CartLine",
    "Contact", "Correction", "Deputy", "Document", "DocumentLine", "Entitlement", "FxRate", "ImportMap",
    "IssuedNumber", "LicensedUser", "LineCorrection", "Movement", "NumberSeries", "Order", "OrderLine",
    "OutboxMail", "Plan", "Posting", "Price", "Product", "Proposal", "PurchaseOrder", "Seat", "Seller",
    "SellerBank", "SellerTaxNumber", "Setting", "StandingDiscount", "Subscription", "SubscriptionEvent",
    "TaxRate", "Team", "TeamMember", "User",
]  # fmt: skip

limit_lengths(Base.metadata)
