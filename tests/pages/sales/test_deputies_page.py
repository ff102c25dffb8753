"""The page on which a rep names a deputy."""

from datetime import date

from data.period import Period
from services.permissions import Actor
from services.queries.deputies import deputies_of
from tests.builders import TODAY
from tests.screens import open_page, texts


def test_a_deputy_is_named_through_the_last_day_and_ended(rep: Actor, other_rep: Actor) -> None:
    screen = open_page(rep, "sales/deputies")
    assert "Nobody stands in for you" in texts(screen)
    screen.selectbox(key="deputy").set_value(other_rep.user_id)
    screen.date_input(key="last_day").set_value(date(2026, 4, 20))
    next(button for button in screen.button if button.label == "Name deputy").click().run()
    assert not screen.error
    (cover,) = deputies_of(rep, TODAY)
    assert cover.days == Period(TODAY, date(2026, 4, 21))
    assert "20 Apr 2026" in texts(screen)
    screen.button(key=f"end_{cover.row_id}").click().run()
    assert deputies_of(rep, TODAY) == ()


def test_the_deputy_sees_for_whom(rep: Actor, other_rep: Actor) -> None:
    screen = open_page(rep, "sales/deputies")
    screen.selectbox(key="deputy").set_value(other_rep.user_id)
    next(button for button in screen.button if button.label == "Name deputy").click().run()
    assert rep.name in texts(open_page(other_rep, "sales/deputies", language="es")).replace("\\", "")


def test_nobody_chosen_is_refused_with_its_field(rep: Actor, other_rep: Actor) -> None:
    screen = open_page(rep, "sales/deputies", language="es")
    next(button for button in screen.button if button.label == "Nombrar suplente").click().run()
    assert "Suplente" in screen.error[0].value


def test_finance_has_no_deputies(finance: Actor) -> None:
    assert "Your role may not do this" in open_page(finance, "sales/deputies").error[0].value
