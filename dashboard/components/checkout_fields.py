"""The payment step of the checkout: who ordered and the evidence, payment means, purchase order, VAT number."""

from dataclasses import dataclass
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard import state
from dashboard.components.checkout_lines import key_of
from dashboard.components.flow_faults import faults_of
from dashboard.components.text import plain
from dashboard.day import today
from dashboard.words import _, words
from services.errors import EvidenceMissing, PaymentMeansMissing, PurchaseOrderRequired, Refusal
from services.queries.accounts import AccountCard, PurchaseOrderCard
from services.queries.carts import CartCard
from services.queries.orders import OrderPreview
from services.rules.order_request import EvidenceFile
from services.rules.payment_means import PaymentMeans, payment_means_for
from services.rules.vat_numbers import check as check_vat
from services.words.i18n import N_
from services.words.labels import label

EVIDENCE = {"purchase_order": N_("Purchase order"), "mail": N_("Mail"), "call": N_("Call")}
FILE_TYPES = ["pdf", "png", "jpg", "jpeg", "eml", "msg", "txt", "docx"]
_KEPT = ("contact_id", "evidence", "evidence_reference", "payment_means", "po_id", "vat_number", "order_with_vat")
# Said only once *Place Order* was tried: a form does not open with reproaches.
_LATE = (EvidenceMissing, PaymentMeansMissing, PurchaseOrderRequired)


@dataclass(frozen=True, slots=True)
class Entered:
    """What was entered. `vat_number` None: as on the account."""

    contact_id: int | None = None
    evidence: str = ""
    evidence_reference: str = ""
    evidence_file: EvidenceFile | None = None
    payment_means: str = ""
    po_id: int | None = None
    vat_number: str | None = None
    order_with_vat: bool = False


class Fields:
    """The fields of one checkout, each with a place for its faults below it."""

    def __init__(self, card: AccountCard, cart: CartCard) -> None:
        self._card, self._saved = card, cart.checkout
        self._account = card.account_id
        self._faults: dict[str, DeltaGenerator] = {}
        self._totals: DeltaGenerator | None = None
        self._drawn: dict[str, Any] = {}

    def draw(self, *, asks_evidence: bool, is_invoiced: bool, asks_vat: bool) -> Entered:
        """Draw what is asked of this order and return what was entered."""
        values: dict[str, Any] = {}
        if asks_evidence:
            st.markdown(f"**{plain(_('Who ordered'))}**")
            values |= self._evidence()
        if is_invoiced:
            st.markdown(f"**{plain(_('Payment details'))}**")
            values |= self._payment(asks_vat=asks_vat)
        self._drawn = values
        return Entered(**values)

    def kept(self, left_out: list[str]) -> dict[str, Any]:
        """The fields as *Save and continue later* keeps them, with those not asked for now; no file."""
        kept = dict(self._saved)
        for name in _KEPT:
            value = self._drawn[name] if name in self._drawn else state.recall(key_of(self._account, name))
            if name in self._drawn or value is not None:
                kept[name] = str(value or "") if name in ("contact_id", "po_id") else value
        return kept | {"left_out": left_out}

    def show_faults(self, preview: OrderPreview, *, is_tried: bool) -> None:
        """The refusals at their fields."""
        said = tuple(one for one in preview.refusals if is_tried or not isinstance(one, _LATE))
        for field, slot in self._faults.items():
            with slot:
                faults_of(field, said)
        if preview.totals_by_vat is not None and self._totals is not None:
            with_vat, without = preview.totals_by_vat
            told = _(
                "Total {with_vat} with VAT now; {without} with a valid number.", with_vat=with_vat, without=without
            )
            self._totals.caption(plain(told))

    def elsewhere(self, refusals: tuple[Refusal, ...]) -> tuple[Refusal, ...]:
        """The refusals without a field here."""
        return tuple(refusal for refusal in refusals if refusal.field not in self._faults)

    def _evidence(self) -> dict[str, Any]:
        grid = st.grid(2, min_column_width=230, gap="small")
        who, kind, reference, upload = (grid.cell() for _place in range(4))
        contacts = {contact.contact_id: contact.form for contact in self._card.contacts}
        with who:
            ids = list(contacts)
            contact = st.selectbox(
                _("Ordered by"),
                ids,
                index=_position(ids, self._saved.get("contact_id")) if ids else None,
                format_func=lambda one: f"{contacts[one].name} <{contacts[one].email}>",
                placeholder=_("Choose"),
                **self._keyed("contact_id"),
            )
        with kind:
            evidence = st.segmented_control(
                _("Evidence"),
                list(EVIDENCE),
                default=self._saved.get("evidence") or None,
                format_func=lambda one: _(EVIDENCE[one]),
                wrap=True,
                **self._keyed("evidence"),
            )
            self._fault_of("evidence")
        with reference:
            told = st.text_input(
                _("Reference"),
                value=str(self._saved.get("evidence_reference", "")),
                placeholder=_("Order number, subject, or caller"),
                max_chars=200,
                **self._keyed("evidence_reference"),
            )
            self._fault_of("evidence_reference")
        with upload:
            file = st.file_uploader(_("File (optional)"), type=FILE_TYPES, key=key_of(self._account, "file"))
        return {
            "contact_id": contact,
            "evidence": evidence or "",
            "evidence_reference": (told or "").strip(),
            "evidence_file": EvidenceFile(file.name, file.type, file.getvalue()) if file else None,
        }

    def _payment(self, *, asks_vat: bool) -> dict[str, Any]:
        form = self._card.form
        offered = list(payment_means_for(form.country, form.currency))
        pos = {po.po_id: po for po in self._card.purchase_orders if not po.is_closed}
        grid = st.grid(3, min_column_width=160, gap="small")
        means_slot, po_slot, vat_slot = grid.cell(), grid.cell(), grid.cell()
        with means_slot:
            saved = self._saved.get("payment_means") or form.payment_means
            means = st.selectbox(
                _("Payment means"),
                offered,
                index=_position(offered, saved, missing=None),
                format_func=lambda one: label(PaymentMeans(one), words()),
                placeholder=_("Choose"),
                **self._keyed("payment_means"),
            )
            self._fault_of("payment_means")
        with po_slot:
            usable = [po_id for po_id, po in pos.items() if not po.is_over(today())]
            only = usable[0] if form.po_required and len(usable) == 1 else None  # nothing to choose
            ids = [0, *pos]  # 0: none; an empty choice would show Streamlit's own English words
            po_id = st.selectbox(
                _("Purchase order"),
                ids,
                index=_position(ids, self._saved.get("po_id") or only),
                format_func=lambda one: _po_name(pos[one]) if one else _("none"),
                help=_("The customer's own order number; add new ones on the account page."),
                **self._keyed("po_id"),
            )
            self._fault_of("po_id")
        values: dict[str, Any] = {"payment_means": means or "", "po_id": po_id or None}
        if asks_vat:
            with vat_slot:
                values |= self._vat()
        return values

    def _vat(self) -> dict[str, Any]:
        on_account = self._card.form.vat_number
        saved = self._saved.get("vat_number")
        given = st.text_input(
            _("VAT number"),
            value=on_account if saved is None else str(saved),
            help=_("With its country's prefix or without, such as ESB12345674. It changes the tax at once."),
            max_chars=40,
            **self._keyed("vat_number"),
        )
        self._fault_of("vat_number")
        number = (given or "").strip()
        order_with_vat = False
        if number and number != on_account and not check_vat(number, self._card.form.country).is_valid:
            order_with_vat = st.checkbox(
                _("Order with VAT now"),
                value=bool(self._saved.get("order_with_vat")),
                help=_("The number is left off this order, and VAT is charged."),
                **self._keyed("order_with_vat"),
            )
            self._totals = st.container()
        return {"vat_number": None if number == on_account else number, "order_with_vat": order_with_vat}

    def _fault_of(self, field: str) -> None:
        self._faults[field] = st.container()

    def _keyed(self, name: str) -> dict[str, Any]:
        return {"key": key_of(self._account, name), "persist_state": "session"}


def _position(options: list[Any], saved: object, missing: int | None = 0) -> int | None:
    """Where the saved value stands among the options."""
    texts = [str(option) if option is not None else "" for option in options]
    return texts.index(str(saved)) if str(saved or "") in texts and saved else missing


def _po_name(po: PurchaseOrderCard) -> str:
    parts = [po.form.number]
    if po.left is not None:
        parts.append(_("{amount} left", amount=po.left))
    if po.form.expires_on:
        day = po.form.expires_on
        parts.append(_("expired {day}", day=day) if po.is_over(today()) else _("until {day}", day=day))
    return " · ".join(parts)
