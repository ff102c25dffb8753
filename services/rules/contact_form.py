"""The form of a contact, and what is wrong with one."""

from __future__ import annotations

from dataclasses import dataclass, replace

from services.errors import Problem
from services.rules.text import cleaned, is_email, typed_problems

MOST_RECIPIENTS = 5
LIMITS = {"name": 200, "email": 254, "phone": 40}


@dataclass(frozen=True, slots=True)
class ContactForm:
    """A person at the customer, as entered."""

    name: str = ""
    email: str = ""
    phone: str = ""
    is_billing_contact: bool = False
    is_invoice_recipient: bool = False


def check(form: ContactForm) -> tuple[ContactForm, list[Problem]]:
    """The contact as it will be stored (cleaned, mail address in lower case), and its faults."""
    form = replace(form, name=cleaned(form.name), email=cleaned(form.email).lower(), phone=cleaned(form.phone))
    problems: list[Problem] = []
    for name, limit in LIMITS.items():
        text = getattr(form, name)
        found = typed_problems(name, text, limit=limit, required=name != "phone")
        if not found and name == "email" and not is_email(text):
            found = [Problem("email", "not_an_email")]
        problems += found
    return form, problems
