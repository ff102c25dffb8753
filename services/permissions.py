"""Who may do what: roles, permissions, one table of grants, and the actor."""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What a user is here for."""

    SALES_REP = "sales_rep"
    SALES_MANAGER = "sales_manager"
    FINANCE = "finance"
    LICENCE_MANAGER = "licence_manager"
    ADMIN = "admin"


class Permission(StrEnum):
    """What a door asks for; each command and query names one."""

    SEE_ACCOUNTS = "see_accounts"
    EDIT_ACCOUNTS = "edit_accounts"
    ASSIGN_REPS = "assign_reps"
    IMPORT_ACCOUNTS = "import_accounts"
    SEE_CATALOG = "see_catalog"
    SEE_SUBSCRIPTIONS = "see_subscriptions"
    USE_CART = "use_cart"
    PLACE_ORDERS = "place_orders"
    CHANGE_SUBSCRIPTIONS = "change_subscriptions"
    SEE_INVOICES = "see_invoices"
    CREDIT_INVOICES = "credit_invoices"
    DISPUTE_INVOICES = "dispute_invoices"
    SEE_REPORTS = "see_reports"
    SEE_BILLING = "see_billing"
    RUN_BILLING = "run_billing"
    SEE_PAYMENTS = "see_payments"
    RECORD_PAYMENTS = "record_payments"
    IMPORT_BOOKS = "import_books"
    ASK_APPROVALS = "ask_approvals"
    DECIDE_SALES = "decide_sales"
    DECIDE_MONEY = "decide_money"
    SEE_SEATS = "see_seats"
    CHANGE_SEATS = "change_seats"
    REDUCE_AT_RENEWAL = "reduce_at_renewal"
    SEE_USAGE = "see_usage"
    IMPORT_USAGE = "import_usage"
    ERASE_PERSONS = "erase_persons"
    CLOSE_MONTHS = "close_months"
    SEE_OUTBOX = "see_outbox"
    RESEND_MAILS = "resend_mails"
    CONFIRM_VAT = "confirm_vat"
    SEE_TAX = "see_tax"
    SEE_SELLERS = "see_sellers"
    MANAGE_SELLERS = "manage_sellers"
    MANAGE_USERS = "manage_users"
    NAME_DEPUTY = "name_deputy"
    SEE_HELP = "see_help"


_EVERYBODY = {Permission.SEE_ACCOUNTS, Permission.SEE_CATALOG, Permission.SEE_SUBSCRIPTIONS, Permission.SEE_HELP}
_SELLING = _EVERYBODY | {
    Permission.EDIT_ACCOUNTS,
    Permission.IMPORT_ACCOUNTS,
    Permission.USE_CART,
    Permission.PLACE_ORDERS,
    Permission.CHANGE_SUBSCRIPTIONS,
    Permission.SEE_INVOICES,
    Permission.DISPUTE_INVOICES,
    Permission.SEE_PAYMENTS,
    Permission.SEE_REPORTS,
    Permission.ASK_APPROVALS,
    Permission.SEE_SEATS,
    Permission.CHANGE_SEATS,
    Permission.REDUCE_AT_RENEWAL,
    Permission.SEE_USAGE,
    Permission.SEE_OUTBOX,
    Permission.RESEND_MAILS,
    Permission.NAME_DEPUTY,
}

GRANTS: dict[Role, frozenset[Permission]] = {
    Role.SALES_REP: frozenset(_SELLING),
    Role.SALES_MANAGER: frozenset(
        _SELLING | {Permission.ASSIGN_REPS, Permission.DECIDE_SALES, Permission.SEE_BILLING, Permission.IMPORT_USAGE}
    ),
    Role.FINANCE: frozenset(
        _EVERYBODY
        | {
            Permission.EDIT_ACCOUNTS,
            Permission.SEE_INVOICES,
            Permission.CREDIT_INVOICES,
            Permission.DISPUTE_INVOICES,
            Permission.SEE_REPORTS,
            Permission.SEE_BILLING,
            Permission.RUN_BILLING,
            Permission.SEE_PAYMENTS,
            Permission.RECORD_PAYMENTS,
            Permission.IMPORT_BOOKS,
            Permission.ASK_APPROVALS,
            Permission.DECIDE_MONEY,
            Permission.CLOSE_MONTHS,
            Permission.CONFIRM_VAT,
            Permission.SEE_TAX,
            Permission.SEE_OUTBOX,
            Permission.RESEND_MAILS,
            Permission.SEE_SELLERS,
        }
    ),
    Role.LICENCE_MANAGER: frozenset(
        _EVERYBODY
        | {
            Permission.SEE_SEATS,
            Permission.CHANGE_SEATS,
            Permission.REDUCE_AT_RENEWAL,
            Permission.SEE_USAGE,
            Permission.IMPORT_USAGE,
            Permission.ERASE_PERSONS,
        }
    ),
    Role.ADMIN: frozenset(Permission),
}

# A rep works on the accounts assigned to them, a licence manager on those granted; the others see all that their
# permissions open.
OWNING_ROLES = frozenset({Role.SALES_REP})
GRANTED_ROLES = frozenset({Role.LICENCE_MANAGER})
SCOPED_ROLES = OWNING_ROLES | GRANTED_ROLES


def roles_with(permission: Permission) -> tuple[Role, ...]:
    """The roles that hold a permission, in the order of `Role`."""
    return tuple(role for role in Role if permission in GRANTS[role])


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a signed-in user, or the portal itself at night. Hashable, so caches are keyed by it.

    `acts_for`: ids of the users whose accounts a scoped role covers today (its own id first, then whom it deputises
    for); `teams`: ids of the teams whose account lists it shares. Both are empty for roles that see all.
    """

    user_id: int
    name: str
    email: str
    role: Role
    language: str = "en"
    acts_for: tuple[int, ...] = ()
    teams: tuple[int, ...] = ()

    def may(self, permission: Permission) -> bool:
        """Whether the role holds the permission."""
        return permission in GRANTS[self.role]

    @property
    def is_scoped(self) -> bool:
        """Whether rows are limited to the accounts assigned or granted to the actor."""
        return self.role in SCOPED_ROLES

    @property
    def reps(self) -> tuple[int, ...] | None:
        """The representatives whose accounts are all that a scoped actor sees; None where teams or grants add to it."""
        return None if self.role in GRANTED_ROLES or self.teams else self.acts_for or (self.user_id,)
