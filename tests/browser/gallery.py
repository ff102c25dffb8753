"""Every building block on one page, with hostile texts: what the browser tests look at, not part of the portal."""

import sys
from datetime import UTC, date, datetime
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parents[2])

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from dashboard import errors, theme
from dashboard.components.badges import badge
from dashboard.components.cards import CardLine, facts, steps, summary_card
from dashboard.components.charts import chart
from dashboard.components.columns import Column, Kind
from dashboard.components.empty import empty
from dashboard.components.headers import header
from dashboard.components.key_figures import Figure, key_figures
from dashboard.components.pagers import asked_slice, pager
from dashboard.components.tables import table
from dashboard.components.text import plain
from services.errors import PriceChanged, TooFewSeats
from tests.browser import gallery_reports

EVIL = (
    "=cmd()",
    "![x](https://evil.example/a.png)",
    "[click](javascript:alert(1)) https://evil.example www.evil.example",
    ":red[red] :material/home: :smile: $x^2$ <b>bold</b> # not a *heading*",
    "right \u202eto left\u202c 𝒳😀",
    "A" * 300,
)
STATES = {"active": "active", "trialing": "in trial", "overdue": "overdue", "expired": "expired", "ending": "ends soon"}

st.set_page_config(page_title="Gallery", layout="wide")

rows = pd.DataFrame(
    {
        "account_id": range(1, 9),
        "name": ["Nordlicht Logistik GmbH", "Alba Óptica, S.A.", *EVIL],
        "status": ["active", "trialing", "overdue", "expired", "ending", "active", "active", None],
        "seats": [120, 8, 1_250, 3, 40, 7, 9, None],
        "total_minor": [1_234_567_50, -120_00, 99_99, 5, 0, 7_000_00, 12, None],
        "currency": ["EUR", "EUR", "EUR", "EUR", "USD", "GBP", "JPY", None],
        "share": [12.5, 3, 100, 0.4, 7, 8, 9, None],
        "renews_on": [date(2027, 4, 11 + n) for n in range(7)] + [None],
        "sent_at": [datetime(2026, 11, 22, 14, n, tzinfo=UTC) for n in range(7)] + [None],
    }
)
COLUMNS = [
    Column("name", "Account", width=280),
    Column("status", "Status", Kind.STATUS, names=STATES),
    Column("seats", "Seats", Kind.NUMBER, is_summed=True),
    Column("total_minor", "To pay", Kind.MONEY, is_summed=True, help="What is still to be paid."),
    Column("share", "Used", Kind.PERCENT),
    Column("renews_on", "Renews", Kind.DAY),
    Column("sent_at", "Last mail", Kind.INSTANT),
]


def figure() -> go.Figure:
    """Two series over six months."""
    months = ["Jun", "Jul", "Aug", "Sep", "Oct", "Nov"]
    drawn = theme.figure()
    drawn.add_trace(go.Bar(name="New", x=months, y=[12, 18, 9, 22, 25, 31]))
    drawn.add_trace(go.Bar(name="Expansion", x=months, y=[4, 6, 8, 5, 9, 11]))
    drawn.update_layout(barmode="stack")
    return drawn


with errors.shown():
    with st.sidebar:
        st.text_input(
            "Search", placeholder="Account, invoice, PO …", icon=":material/search:", label_visibility="collapsed"
        )
        for name in ("Home", "Accounts", "Invoices"):
            st.button(name, type="tertiary")
    header(
        "Nordlicht Logistik GmbH",
        context=["NORD-001", "Hamburg, Germany", "EUR", "as of 22 Nov 2026"],
        status=("active", "ready to order"),
        button="Add new subscription",
        icon=":material/add:",
    )
    key_figures(
        [
            Figure("Monthly revenue", "12.345,00 €", "MRR.", change="+4,2 %", against="against October", is_good=True),
            Figure("Seats", "1.250", "Seats bought."),
            Figure("To pay", "-99,99 €", "Open invoices.", change="-12 %", against="against October", is_good=False),
            Figure("Trials", "2", "Running trials."),
            Figure("Next renewal", "11 abr 2027", "The next renewal."),
        ]
    )
    tab_table, tab_cards, tab_texts, tab_reports = st.tabs(["Table", "Cards", "Texts", "Reports"], key="tabs")
    with tab_table:
        table(rows, COLUMNS, key="rows", name="Accounts", empty="Nothing.", download="accounts")
        pager(431, asked_slice())
        chart("New business grew for three months", figure(), key="chart", empty="No business yet.", unit="seats")
        chart("Nothing to draw", theme.figure(), key="none", empty="There are no figures yet. Place an order.")
    with tab_cards:
        steps(["Product", "Plan", "Seats", "Billing plan", "Review"], 2)
        left, right = st.columns([2, 1])
        with left:
            facts(
                [
                    ("Legal name", "Nordlicht Logistik GmbH"),
                    ("VAT number", "DE136695976"),
                    ("Terms", "30 days"),
                    ("PO", ""),
                ]
            )
            empty("No subscriptions yet. Add the first one.", button="Add new subscription")
            for code, word in STATES.items():
                badge(code, word)
        with right:
            summary_card(
                "Order summary",
                [
                    CardLine("Writer Pro, 12 seats", "1.114,52 €", why="12 × 92,88 €"),
                    CardLine("Discount 10 %", "-111,45 €"),
                    CardLine("VAT 19 %", "190,58 €"),
                    CardLine("Total due", "1.193,65 €", strong=True),
                ],
                note="Renews on 11 April 2027",
            )
    with tab_texts:
        for evil in EVIL:
            st.markdown(plain(evil))
        with errors.shown():
            raise PriceChanged(agreed="1 €", now="2 €")
        with errors.shown():
            raise TooFewSeats(minimum=5, seats=0)
        with errors.shown():
            raise RuntimeError("secret detail")
    with tab_reports:
        gallery_reports.draw()
