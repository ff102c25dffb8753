"""Everything the portal stores, as SQLAlchemy models."""

from data.models.accounts import Account, Contact, PurchaseOrder, StandingDiscount
from data.models.audit import AuditEntry, ImportMap
from data.models.base import AccountOwned, Base, limit_lengths
from data.models.billing import HeldDocument, Night, NightStep, ParkedAccount, ScheduledChange
from data.models.carts import Cart, CartLine
from data.models.catalog import FxRate, Plan, Price, Product, Setting, TaxRate
from data.models.closing import ClosedMonth, ClosingStep, MonthPack
from data.models.collecting import Debit, DebitBatch, Statement, StatementLine
from data.models.cycles import CycleDelta, CycleFigure
from data.models.documents import (
    Correction,
    Document,
    DocumentLine,
    IssuedNumber,
    LineCorrection,
    NumberSeries,
    PartySnapshot,
)
from data.models.figures import AllocationPart, Due, DueDelta, Figure, FigureDelta
from data.models.imported import ImportedSubscription
from data.models.ledger import Movement, Posting, Recognition
from data.models.orders import Attachment, Order, OrderLine, Proposal
from data.models.outbox import OutboxMail
from data.models.payments import (
    AccountCredit,
    Allocation,
    Approval,
    CollectionCall,
    Dispute,
    Payment,
    RefundPart,
    WriteOff,
)
from data.models.seats import GroupMember, LicensedUser, Seat, SeatNeed, SeatRequest, UserGroup
from data.models.sellers import Seller, SellerBank, SellerTaxNumber
from data.models.subscriptions import BilledPeriod, Entitlement, Subscription, SubscriptionEvent
from data.models.tax import TaxEntry, TaxFigure, TaxFigureDelta
from data.models.usage import SubscriptionDay, UsageEvent, UsageFeed, UserDay
from data.models.users import AccountGrant, Deputy, Team, TeamMember, User
from data.models.uses import UseFigure, UseMark, UseMonth, UseState, UseTotal

__all__ = [
    "Account",
    "AccountCredit",
    "AccountGrant",
    "AccountOwned",
    "Allocation",
    "AllocationPart",
    "Approval",
    "Attachment",
    "AuditEntry",
    "Base",
    "BilledPeriod",
    "Cart",
    "CartLine",
    "ClosedMonth",
    "ClosingStep",
    "CollectionCall",
    "Contact",
    "Correction",
    "CycleDelta",
    "CycleFigure",
    "Debit",
    "DebitBatch",
    "Deputy",
    "Dispute",
    "Document",
    "DocumentLine",
    "Due",
    "DueDelta",
    "Entitlement",
    "Figure",
    "FigureDelta",
    "FxRate",
    "GroupMember",
    "HeldDocument",
    "ImportMap",
    "ImportedSubscription",
    "IssuedNumber",
    "LicensedUser",
    "LineCorrection",
    "MonthPack",
    "Movement",
    "Night",
    "NightStep",
    "NumberSeries",
    "Order",
    "OrderLine",
    "OutboxMail",
    "ParkedAccount",
    "PartySnapshot",
    "Payment",
    "Plan",
    "Posting",
    "Price",
    "Product",
    "Proposal",
    "PurchaseOrder",
    "Recognition",
    "RefundPart",
    "ScheduledChange",
    "Seat",
    "SeatNeed",
    "SeatRequest",
    "Seller",
    "SellerBank",
    "SellerTaxNumber",
    "Setting",
    "StandingDiscount",
    "Statement",
    "StatementLine",
    "Subscription",
    "SubscriptionDay",
    "SubscriptionEvent",
    "TaxEntry",
    "TaxFigure",
    "TaxFigureDelta",
    "TaxRate",
    "Team",
    "TeamMember",
    "UsageEvent",
    "UsageFeed",
    "UseFigure",
    "UseMark",
    "UseMonth",
    "UseState",
    "UseTotal",
    "User",
    "UserDay",
    "UserGroup",
    "WriteOff",
]

limit_lengths(Base.metadata)
