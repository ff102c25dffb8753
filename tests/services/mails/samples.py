"""Facts of each kind of mail, as the commands write them."""

from typing import Any


def money(minor: int, currency: str = "EUR") -> dict[str, Any]:
    """An amount as facts carry it."""
    return {"minor": minor, "currency": currency}


COMMON = {
    "account": "Industrias Peñalara, S.A.",
    "contact": "Lucía Ortega",
    "rep": "Marta Soler",
    "rep_email": "marta@nimbo.example",
    "order_number": "ORD-260411-7K3QXZ",
}
ITEM = {
    "kind": "purchase",
    "product": "Remote Support",
    "plan": "Pro",
    "seats": 10,
    "seats_before": 0,
    "interval": "year",
    "reference": "S-1",
    "starts_on": "2026-04-11",
    "ends_on": "2027-04-11",
    "net": money(144000),
}
LIFE = {
    "account": "Industrias Peñalara, S.A.",
    "contact": "Lucía Ortega",
    "rep": "Marta Soler",
    "rep_email": "marta@nimbo.example",
    "product": "Remote Support",
    "plan": "Pro",
    "seats": 10,
    "reference": "ORD-260411-7K3QXZ-1",
}
SEATS = {"name": "Ana", "account": "Industrias Peñalara, S.A."}

FACTS: dict[str, dict[str, Any]] = {
    "order_confirmation": COMMON
    | {
        "items": [ITEM, ITEM | {"kind": "change", "product": "Frontline AR", "seats": 15, "seats_before": 10}],
        "subtotal": money(288000),
        "tax": money(60480),
        "total": money(348480),
        "due_on": "2026-05-11",
        "invoice_number": "INV-2026-000042",
        "invoice_recipients": ["ap@penalara.example", "cfo@penalara.example"],
    },
    "trial_welcome": COMMON | ITEM | {"kind": "trial", "ends_on": "2026-04-25"},
    "invoice": COMMON | {"number": "INV-2026-000042", "total": money(348480), "due_on": "2026-05-11"},
    "credit_note": COMMON | {"number": "CN-2026-000042", "total": money(-348480), "due_on": "2026-05-11"},
    "proposal": COMMON | {"total": money(348480), "valid_until": "2026-05-11"},
    "seat_assigned": SEATS | {"assigned": ["Remote Support", "Frontline AR"], "released": ["Chat"], "kept": []},
    "seat_released": SEATS | {"assigned": [], "released": ["Chat"], "kept": ["Remote Support"]},
    "seat_invited": SEATS | {"assigned": ["Remote Support"], "released": [], "kept": ["Chat"]},
    "invitation_withdrawn": SEATS | {"assigned": [], "released": ["Remote Support"], "kept": ["Chat"]},
    "seat_moved": SEATS | {"product": "Remote Support", "subscription": "ORD-260411-7K3QXZ-2", "plan": "Plus"},
    "approval_decided": COMMON
    | {"approval": "refund", "told": {}, "amount": money(48480), "status": "refused", "reason": "Paid twice"}
    | {"decided_by": "Nuria Salvat"},
    "statement": COMMON
    | {"first_on": "2026-04-01", "last_on": "2026-05-11", "balance": money(348480), "overdue": money(48480)},
    "trial_extended": LIFE | {"ends_on": "2026-05-05"},
    "trial_ending": LIFE
    | {
        "ends_on": "2026-05-05",
        "days": 7,
        "end_action": "convert",
        "to_plan": "",
        "net": money(16000),
        "interval": "month",
    },
    "trial_expired": LIFE | {"ended_on": "2026-05-05"},
    "cancellation_confirmed": LIFE | {"ends_on": "2027-04-11", "is_called_off": False},
    "reactivated": LIFE | {"renews_on": "2027-04-11", "renews": True},
    "subscription_ended": LIFE | {"ended_on": "2027-04-11"},
    "renewal_notice": LIFE
    | {
        "renews_on": "2027-04-11",
        "days": 30,
        "act_until": "2027-03-12",
        "interval": "year",
        "net": money(144000),
    },
    "payment_reminder": LIFE
    | {
        "number": "INV-2026-000042",
        "due_on": "2026-05-11",
        "days": 1,
        "total": money(348480),
        "open": money(48480),
    },
    "access_suspended": SEATS | {"assigned": [], "released": ["Chat"], "kept": []},
}
