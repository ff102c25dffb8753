"""Pages of waste: the dearest accounts, one account's money, seats and lines; renewals with what fewer seats save."""

from datetime import date, timedelta

import pytest

from services.commands.usage import hide_names
from services.permissions import Actor
from services.uses import refresh_all
from tests.builders import TODAY, make_grant, make_licensed_user, make_seat
from tests.changing import NEW_YEAR, owned
from tests.screens import open_page, texts
from tests.services.usage_files import deliver


@pytest.fixture
def ids(rep: Actor, licence_manager: Actor, monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """Ten seats for 1440.00 a year: one used, one never, eight free."""
    monkeypatch.setenv("PORTAL_TODAY", TODAY.isoformat())
    account, subscription = owned(rep)
    make_grant(licence_manager, account)
    for name, centre in (("quill", "IT"), ("feather", "Sales")):
        user = make_licensed_user(account, f"{name}@acme.example", cost_centre=centre, manager="Mona Lund")
        make_seat(account, subscription, user, assigned_on=NEW_YEAR)
    deliver(licence_manager, *(f"quill@acme.example,support,{NEW_YEAR + timedelta(days=n)}," for n in range(101)))
    refresh_all(TODAY)
    return {"account": account, "subscription": subscription}


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_dearest_accounts_come_first(ids: dict[str, int], licence_manager: Actor, language: str) -> None:
    screen = open_page(licence_manager, "seats/waste", language=language)
    assert not screen.exception and not screen.error
    row = screen.dataframe[0].value.iloc[0]
    assert (row["idle_minor"], row["idle"], row["decide_by"]) == (1200, 1, date(2026, 12, 2))


@pytest.mark.parametrize("language", ["en", "es"])
def test_an_account_says_what_idle_seats_cost_and_what_comes_back(
    ids: dict[str, int], licence_manager: Actor, language: str
) -> None:
    """One seat: 12.00 a month; 101 days × 144.00/365 = 39.85 so far; 9 seats save 144.00, or 104.55 back today."""
    screen = open_page(licence_manager, "seats/waste", language=language, account=ids["account"])
    assert not screen.exception and not screen.error
    figures = [metric.value.replace("\N{NO-BREAK SPACE}", " ").replace("\\", "") for metric in screen.metric]
    expected = {"en": ["1", "€12.00", "€39.85", "€144.00", "€96.00"],
                "es": ["1", "12,00 €", "39,85 €", "144,00 €", "96,00 €"]}  # fmt: skip
    assert figures == expected[language]
    recovery = screen.dataframe[1].value.iloc[0]
    assert (recovery["saves_minor"], recovery["today_minor"], recovery["nothing_minor"]) == (14_400, 10_455, 144_000)
    lines = open_page(licence_manager, "seats/waste", language=language, account=ids["account"], view="lines")
    tied = lines.dataframe[0].value.iloc[0]
    assert tied["paid_minor"] == 144_000 == sum(
        tied[f"{share}_minor"] for share in ("used", "idle", "excluded", "no_evidence", "free")
    )  # fmt: skip


@pytest.mark.parametrize("by", ["product", "cost_centre", "manager"])
def test_the_money_is_told_by_product_cost_centre_and_manager(
    ids: dict[str, int], licence_manager: Actor, by: str
) -> None:
    screen = open_page(licence_manager, "seats/waste", account=ids["account"], by=by)
    names = {"product": "Remote Support", "cost_centre": "Sales", "manager": "Mona Lund"}
    assert screen.dataframe[0].value["name"].tolist() == [names[by]]


def test_idle_and_used_seats_stand_with_their_evidence(ids: dict[str, int], licence_manager: Actor) -> None:
    idle = open_page(licence_manager, "seats/waste", account=ids["account"], view="seats")
    assert idle.dataframe[0].value[["person", "last_seen_on", "so_far_minor"]].values.tolist() == [
        ["Feather", date.min, 3985]
    ]
    used = open_page(licence_manager, "seats/waste", account=ids["account"], view="seats", use="used")
    assert used.dataframe[0].value["person"].tolist() == ["Quill"]


def test_hidden_names_are_hidden_here_too(ids: dict[str, int], licence_manager: Actor) -> None:
    hide_names(licence_manager, ids["account"], hidden=True)
    for view in ("money", "seats", "lines"):
        screen = open_page(licence_manager, "seats/waste", account=ids["account"], view=view, by="manager")
        shown = texts(screen) + "".join(frame.value.to_string() for frame in screen.dataframe)
        assert not screen.exception and "Feather" not in shown and "Mona" not in shown


@pytest.mark.parametrize("language", ["en", "es"])
def test_renewals_say_what_doing_nothing_costs(ids: dict[str, int], licence_manager: Actor, language: str) -> None:
    listed = open_page(licence_manager, "seats/renewals", language=language, ahead="12")
    row = listed.dataframe[0].value.iloc[0]
    assert (row["seats"], row["assigned"], row["in_use"], row["nothing_minor"]) == (10, 2, 1, 144_000)
    assert (row["decide_by"], row["renews_on"]) == (date(2026, 12, 2), date(2027, 1, 1))
    mine = open_page(licence_manager, "seats/renewals", language=language, ahead="12", account=ids["account"])
    assert not mine.exception and not mine.error and len(mine.dataframe[0].value) == 1
    one = open_page(licence_manager, "seats/renewals", language=language, **ids)
    assert not one.exception and not one.error
    figures = [metric.value.replace("\N{NO-BREAK SPACE}", " ").replace("\\", "") for metric in one.metric]
    # the seat that is used: 144.00 instead of 1440.00
    assert figures[:3] == {
        "en": ["€1,440.00", "€144.00", "€1,296.00"], "es": ["1.440,00 €", "144,00 €", "1.296,00 €"]
    }[language]  # fmt: skip
    one.number_input[0].set_value(6).run()
    assert "864" in one.metric[1].value and "576" in one.metric[2].value  # 6 × 144.00; 1440.00 less that


def test_a_rep_is_led_to_the_change_filled_in(ids: dict[str, int], rep: Actor) -> None:
    screen = open_page(rep, "seats/renewals", seats=4, **ids)
    (link,) = [one for one in screen.get("page_link") if "timing" in one.proto.query_string]
    assert "seats=4" in link.proto.query_string and "timing=renewal" in link.proto.query_string


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("view", ["time", "next"])
def test_an_account_shows_its_seats_over_time_and_its_next_renewals(
    ids: dict[str, int], licence_manager: Actor, language: str, view: str
) -> None:
    screen = open_page(licence_manager, "seats/use", language=language, account=ids["account"], view=view)
    assert not screen.exception and not screen.error
    if view == "next":
        assert screen.dataframe[0].value["decide_by"].tolist() == [date(2026, 12, 2)]


def test_both_pages_lead_to_the_decision(ids: dict[str, int], licence_manager: Actor) -> None:
    screen = open_page(licence_manager, "seats/renewals", seats=4, **ids)
    led = [one.proto.query_string for one in screen.get("page_link") if "seats=4" in one.proto.query_string]
    assert len(led) == 1 and "timing" not in led[0]  # a licence manager changes seats, not subscriptions
    waste = open_page(licence_manager, "seats/waste", account=ids["account"])
    waste.button(key="act_on_waste").click().run()
    assert not waste.exception and "Acme" in texts(waste)
