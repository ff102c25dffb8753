"""The views of the tax page: book, EC sales list, OSS, numbers to confirm."""

import pandas as pd
import streamlit as st

from dashboard import navigation
from dashboard.cache import read
from dashboard.components import tax_columns
from dashboard.components.downloads import paged
from dashboard.components.filters import choice
from dashboard.components.key_figures import Figure, key_figures
from dashboard.components.pagers import asked_slice, first_page, pager
from dashboard.components.tables import Detail, table
from dashboard.components.text import plain
from dashboard.components.tie_out import tie_out_strip
from dashboard.components.vat_check import vat_check_form
from dashboard.words import _, words
from data.money import Money
from services.permissions import Actor, Permission
from services.queries.tax_book import TaxKind, TaxSeller, TaxTotals, tax_book, tax_totals
from services.queries.tax_ledger import tax_tie_out
from services.queries.tax_reports import ec_sales, oss
from services.queries.vat_confirmations import MOST_COUNTED, number_to_check, unconfirmed
from services.rules.tax_periods import TaxPeriod

_INVOICE = Detail("billing/invoice", {"account": "account_id", "document": "document_id"})


def draw_book(actor: Actor, seller: TaxSeller, period: TaxPeriod) -> None:
    """What the period adds up to, tied to the ledger, and the book itself."""
    totals = read(tax_totals, actor, seller.code, period)
    if totals.frame.empty:
        table(totals.frame, [], key="tax_totals", name="", empty=_("No document of this entity in the period."))
        return
    _draw_figures(totals, seller)
    tie_out_strip(read(tax_tie_out, actor, period))
    st.subheader(_("By treatment and rate"), anchor=False)
    table(
        tax_columns.worded(totals.frame, seller),
        tax_columns.total_columns(seller, is_foreign=totals.is_foreign),
        key="tax_totals",
        name=_("By treatment and rate"),
        empty="",
        download=f"tax-totals-{seller.code}-{period.code}",
    )
    st.subheader(_("Tax book"), anchor=False)
    kind = _asked_kind(totals)
    asked, count = asked_slice(), totals.entries(kind.code if kind else "")

    def rows(limit: int, offset: int) -> pd.DataFrame:
        found = tax_book(actor, seller.code, period, kind, limit=limit, offset=offset)
        return tax_columns.worded(found, seller)

    table(
        rows(asked.limit, asked.offset),
        tax_columns.book_columns(seller, is_foreign=totals.is_foreign),
        key="tax_book",
        name=_("Tax book"),
        empty=_("No row on this page. Go back to the first one."),
        detail=_INVOICE,
        download=f"tax-book-{seller.code}-{period.code}",
        whole=paged(rows, count, of=(actor, seller, period, kind), sums=None if kind else _sums(totals, seller)),
    )
    pager(count, asked)


def _sums(totals: TaxTotals, seller: TaxSeller) -> dict[str, tuple[Money, ...]]:
    """Of the whole book, as its totals have them."""
    return {f"seller_{name}_minor": (Money(totals.sellers(name), seller.currency),) for name in ("base", "tax")}


def _draw_figures(totals: TaxTotals, seller: TaxSeller) -> None:
    def amount(name: str, *treatments: str) -> str:
        return words().money(Money(totals.sellers(name, *treatments), seller.currency))

    outside = ("exempt", "out_of_scope", "not_calculated")
    key_figures(
        [
            Figure(_("Tax charged"), amount("tax"), _("Tax of the period's documents, credit notes taken off.")),
            Figure(_("Taxed base"), amount("base", "standard"), _("Net amounts that bear tax, here or abroad.")),
            Figure(
                _("Tax due by buyers"),
                amount("base", "reverse_charge"),
                _("Reverse charge: net amounts to businesses in other states of the Union, which account for the tax."),
            ),
            Figure(
                _("Exempt or out of scope"),
                amount("base", *outside),
                _("Net amounts without tax: exempt, outside the scope, or of an entity whose country has no rate."),
            ),
        ]
    )


def _asked_kind(totals: TaxTotals) -> TaxKind | None:
    kinds = {kind.code: kind for kind in totals.kinds}
    names = {"": _("All")} | {code: tax_columns.kind_name(kind) for code, kind in kinds.items()}
    return kinds.get(choice("kind", _("Treatment and rate"), names, width=280, on_change=first_page))


def draw_ec_sales(actor: Actor, seller: TaxSeller, period: TaxPeriod) -> None:
    """Reverse-charged supplies by VAT number, as they are reported."""
    asked = asked_slice()
    listed = read(ec_sales, actor, seller.code, period, limit=asked.limit, offset=asked.offset)
    st.caption(
        plain(
            _(
                "Services to businesses in other states of the Union, by VAT number, less credit notes of the period, "
                "in {currency}. A buyer whose supplies come to 0.00 is not reported.",
                currency=seller.currency,
            )
        )
    )
    table(
        tax_columns.codes_named(listed.frame),
        tax_columns.ec_columns(),
        key="ec_sales",
        name=_("EC sales list"),
        empty=_("No reverse charge in the period: there is nothing to report."),
        detail=Detail("sales/account", {"account": "account_id"}),
        download=f"ec-sales-list-{seller.code}-{period.code}",
        whole=paged(
            lambda limit, offset: tax_columns.codes_named(
                ec_sales(actor, seller.code, period, limit=limit, offset=offset).frame
            ),
            listed.buyers,
            of=(actor, seller, period),
            sums={"net_minor": (Money(listed.net_minor, seller.currency),)},
        ),
    )
    if listed.buyers:
        pager(listed.buyers, asked)


def draw_oss(actor: Actor, seller: TaxSeller, period: TaxPeriod) -> None:
    """Sales to consumers at the rates of their states; businesses that were charged so, apart."""
    rows = tax_columns.codes_named(read(oss, actor, seller.code, period))
    is_business = rows["is_business"].astype(bool)
    st.caption(
        plain(
            _(
                "Services to consumers in other states of the Union, taxed at the rate of their state, less credit "
                "notes of the quarter, in {currency}.",
                currency=seller.currency,
            )
        )
    )
    table(
        rows[~is_business].reset_index(drop=True),
        tax_columns.oss_columns(),
        key="oss",
        name=_("OSS by country"),
        empty=_("No sale to a consumer in another state in the quarter: there is nothing to report."),
        download=f"oss-{seller.code}-{period.code}",
    )
    if is_business.any():
        st.subheader(_("Businesses charged the rate of their state"), anchor=False)
        st.caption(
            plain(
                _(
                    "They gave no VAT number that held when they were invoiced, so their tax stands apart from the "
                    "list above. Ask for the number, and see with your tax adviser where the tax is declared."
                )
            )
        )
        table(
            rows[is_business].reset_index(drop=True),
            tax_columns.oss_columns(),
            key="oss_businesses",
            name=_("Businesses charged the rate of their state"),
            empty="",
            download=f"businesses-charged-{seller.code}-{period.code}",
        )


def draw_unconfirmed(actor: Actor, seller: TaxSeller) -> None:
    """Reverse charges on numbers that are not confirmed; a click on one opens the form for the tax office's answer."""
    st.caption(
        plain(
            _(
                "Issued under reverse charge for accounts whose VAT number no tax office has confirmed. Click an "
                "account to record what the office said; confirmed, it leaves the list."
            )
        )
    )
    if navigation.has_id("account"):
        _draw_check(actor)
    asked = asked_slice()
    listed = unconfirmed(actor, seller.code, limit=asked.limit, offset=asked.offset)
    table(
        listed.frame,
        tax_columns.unconfirmed_columns(),
        key="unconfirmed",
        name=_("Numbers to confirm"),
        empty=_("Every number with a reverse charge is confirmed."),
        detail=Detail("reports/tax", {"account": "account_id"}),
        download=f"numbers-to-confirm-{seller.code}",
        whole=paged(
            lambda limit, offset: unconfirmed(actor, seller.code, limit=limit, offset=offset).frame,
            listed.total,
            of=(actor, seller),
            key=("document_id",),
        ),
    )
    pager(listed.total, asked)
    if listed.total == MOST_COUNTED:
        st.caption(_("Only the first {n} documents are listed.", n=MOST_COUNTED))


def _draw_check(actor: Actor) -> None:
    number = number_to_check(actor, navigation.asked_id("account"))
    if number.state == "confirmed" or not number.vat_number or not actor.may(Permission.CONFIRM_VAT):
        return
    with st.container(border=True):
        st.markdown(f"**{plain(number.account)}**")
        with st.container(horizontal=True):
            navigation.link(_("Open account"), "sales/account", account=number.account_id)
        if vat_check_form(actor, number.account_id, number.vat_number, number.version):
            del st.query_params["account"]
            st.rerun()
