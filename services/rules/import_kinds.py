"""What can be imported: accounts, subscriptions billed elsewhere, what was open there,
activity, licensed users; and the fields of each."""

from collections.abc import Mapping
from enum import StrEnum

from services.permissions import Permission
from services.rules.import_fields import IMPORT_FIELDS, ImportField, Kind, field_of


class ImportKind(StrEnum):
    """What the rows of a file are."""

    ACCOUNTS = "accounts"
    SUBSCRIPTIONS = "subscriptions"
    BALANCES = "balances"
    USAGE = "usage"
    PEOPLE = "people"
    NEEDS = "needs"


_RIGHTS = {
    ImportKind.ACCOUNTS: Permission.IMPORT_ACCOUNTS,
    ImportKind.USAGE: Permission.IMPORT_USAGE,
    ImportKind.PEOPLE: Permission.CHANGE_SEATS,
    ImportKind.NEEDS: Permission.CHANGE_SEATS,
}


def right_to(kind: ImportKind) -> Permission:
    """The permission to import it."""
    return _RIGHTS.get(kind, Permission.IMPORT_BOOKS)


class Days(StrEnum):
    """How a file writes its days, where that is not year first."""

    DAY_FIRST = "day_first"
    MONTH_FIRST = "month_first"
    EXCEL = "excel"


_ACCOUNT = (
    "account code|account id|account|account number|customer id|customer code|customer number|customer|symbol"
    "|código de cuenta|cuenta|código de cliente|cliente|n.º de cliente|número de cliente|id de cliente"
)

# In the order of the screen. A header belongs to the first field that claims it.
_SUBSCRIPTION = (
    field_of(
        "reference",
        Kind.TEXT,
        "subscription id|subscription|subscription code|subscription number|reference|contract|contract number|id"
        "|suscripción|id de suscripción|n.º de suscripción|referencia|contrato|n.º de contrato",
        is_required=True,
    ),
    field_of("code", Kind.TEXT, f"{_ACCOUNT}|code|código", is_required=True),
    field_of(
        "plan", Kind.TEXT, "plan|plan code|plan tier|tier|plan name|nivel|código de plan|tarifa", is_required=True
    ),
    field_of(
        "seats",
        Kind.NUMBER,
        "seats|quantity|licences|licenses|users|puestos|cantidad|licencias|usuarios",
        is_required=True,
    ),
    field_of(
        "interval",
        Kind.INTERVAL,
        "billing frequency|billing interval|billing period|interval|billing plan|frequency"
        "|frecuencia de facturación|periodicidad|frecuencia|plan de facturación",
    ),
    field_of(
        "starts_on",
        Kind.DATE,
        "start date|starts on|start|started on|from|fecha de inicio|inicio|desde",
        is_required=True,
    ),
    field_of("ends_on", Kind.DATE, "end date|ends on|end|ended on|until|fecha de fin|fin|hasta"),
    field_of("is_trial", Kind.YES_NO, "is trial|trial|prueba|es prueba|de prueba"),
    field_of("trial_days", Kind.NUMBER, "trial days|trial length|días de prueba"),
    field_of(
        "is_auto_renewed",
        Kind.YES_NO,
        "auto renew flag|auto renew|auto renewal|renews|autorenew|renovación automática|se renueva",
    ),
    field_of("monthly_amount", Kind.AMOUNT, "mrr|mrr amount|monthly amount|importe mensual|irm"),
    field_of("period_amount", Kind.AMOUNT, "amount|amount per period|recurring amount|importe|importe por periodo"),
    field_of("unit_amount", Kind.AMOUNT, "unit price|unit amount|price per seat|precio unitario|precio por puesto"),
    field_of("currency", Kind.CURRENCY, "currency|currency code|moneda|divisa"),
)

_BALANCE = (
    field_of("code", Kind.TEXT, f"{_ACCOUNT}|code|código", is_required=True),
    field_of(
        "reference",
        Kind.TEXT,
        "invoice|invoice number|document|document number|number|reference"
        "|factura|n.º de factura|número de factura|documento|n.º de documento|referencia",
        is_required=True,
    ),
    field_of(
        "amount",
        Kind.AMOUNT,
        "open amount|amount|balance|open|outstanding|saldo|importe|pendiente|importe pendiente|saldo pendiente",
        is_required=True,
    ),
    field_of("currency", Kind.CURRENCY, "currency|currency code|moneda|divisa"),
    field_of("issued_on", Kind.DATE, "issue date|invoice date|date|issued on|fecha de factura|fecha|fecha de emisión"),
    field_of("due_on", Kind.DATE, "due date|due on|due|vencimiento|fecha de vencimiento"),
)

_USAGE = (
    field_of(
        "at",
        Kind.INSTANT,
        "at|used at|usage date|usage time|date|day|time|timestamp|last activity|event time"
        "|momento|fecha de uso|fecha|día|hora|última actividad",
        is_required=True,
    ),
    field_of("user", Kind.EMAIL, "user|user email|email|e-mail|mail|login|usuario|correo|correo electrónico"),
    field_of("product", Kind.TEXT, "product|product code|product name|app|application|producto|aplicación"),
    field_of(
        "reference",
        Kind.TEXT,
        "subscription id|subscription|subscription number|reference|contract|suscripción|id de suscripción|referencia",
    ),
    field_of("code", Kind.TEXT, f"{_ACCOUNT}|code|código"),
    field_of("event_id", Kind.TEXT, "event id|usage id|event|id|evento|id de evento|n.º de evento"),
)

_PEOPLE = (
    field_of(
        "email",
        Kind.EMAIL,
        "email|e-mail|mail|email address|mail address|user|user email|login"
        "|correo|correo electrónico|dirección de correo|usuario",
        is_required=True,
    ),
    field_of("name", Kind.TEXT, "name|full name|display name|user name|person|nombre|nombre completo|persona"),
    field_of("department", Kind.TEXT, "department|dept|area|departamento|área"),
    field_of("cost_centre", Kind.TEXT, "cost centre|cost center|cost centre code|centro de coste|centro de costo|ceco"),
    field_of("manager", Kind.TEXT, "manager|supervisor|reports to|responsable|jefe|superior"),
    field_of("group", Kind.TEXT, "group|groups|team|project|grupo|grupos|equipo|proyecto"),
    field_of("product", Kind.TEXT, "product|product code|product name|app|application|license|producto|aplicación"),
    field_of("access", Kind.TEXT, "access|action|seat|license status|acceso|acción|licencia"),
)

_NEEDS = (
    field_of("seat", Kind.TEXT, "seat|seat number|licencia|n.º de licencia", is_required=True),
    field_of(
        "answer",
        Kind.TEXT,
        "needed / not needed|needed|answer|necesaria / no necesaria|necesaria|respuesta",
        is_required=True,
    ),
    field_of("email", Kind.EMAIL, "email|e-mail|mail|user email|correo|correo electrónico"),
    field_of("product", Kind.TEXT, "product|product name|producto"),
    field_of("manager", Kind.TEXT, "manager|responsable"),
)

FIELDS: Mapping[ImportKind, Mapping[str, ImportField]] = {
    ImportKind.ACCOUNTS: IMPORT_FIELDS,
    ImportKind.SUBSCRIPTIONS: {field.name: field for field in _SUBSCRIPTION},
    ImportKind.BALANCES: {field.name: field for field in _BALANCE},
    ImportKind.USAGE: {field.name: field for field in _USAGE},
    ImportKind.PEOPLE: {field.name: field for field in _PEOPLE},
    ImportKind.NEEDS: {field.name: field for field in _NEEDS},
}
# A name is one kind of value wherever it stands.
ANY_FIELD: Mapping[str, ImportField] = {
    field.name: field for kind in reversed(ImportKind) for field in FIELDS[kind].values()
}
