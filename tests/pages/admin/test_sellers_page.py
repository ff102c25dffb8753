"""The page of selling entities: the list, saving one, refusing a wrong digit."""

from dataclasses import replace

from services.commands.sellers import save_seller
from services.demo_sellers import demo_sellers
from services.permissions import Actor
from services.queries.sellers import seller_card
from tests.screens import open_page, texts

SAVE = "Save entity"


def press(screen: object, label: str) -> None:
    next(button for button in screen.button if button.label == label).click().run()  # type: ignore[attr-defined]


def test_an_empty_portal_asks_for_the_first(admin: Actor) -> None:
    screen = open_page(admin, "admin/sellers")
    assert not screen.error
    assert "There is no selling entity yet" in texts(screen)
    screen.text_input(key="seller..legal_name").set_value("Tarnway S.L.")
    screen.text_input(key="seller..code").set_value("es")
    screen.text_input(key="seller..invoice_prefix").set_value("f")
    screen.text_input(key="seller..credit_prefix").set_value("r")
    press(screen, SAVE)
    assert not screen.error
    card = seller_card(admin, "es")
    assert (card.profile.legal_name, card.profile.invoice_prefix) == ("Tarnway S.L.", "F")
    assert "It issues nothing until this is complete" in texts(screen)


def test_a_change_is_saved_and_a_wrong_number_refused(admin: Actor) -> None:
    save_seller(admin, demo_sellers()["FR"])
    screen = open_page(admin, "admin/sellers", seller="fr")
    screen.text_input(key="seller.fr.city").set_value("Lyon")
    press(screen, SAVE)
    assert not screen.error
    assert seller_card(admin, "fr").profile == replace(demo_sellers()["FR"], city="Lyon")
    screen.text_input(key="seller.fr.sepa_creditor_id").set_value("FR14ZZZ812345")
    press(screen, SAVE)
    assert "SEPA creditor id" in screen.error[0].value
    assert seller_card(admin, "fr").version == 2


def test_two_who_edit_do_not_overwrite_each_other(admin: Actor) -> None:
    save_seller(admin, demo_sellers()["FR"])
    screen = open_page(admin, "admin/sellers", seller="fr")
    save_seller(admin, replace(demo_sellers()["FR"], city="Lyon"), version=1)
    screen.text_input(key="seller.fr.city").set_value("Nice")
    press(screen, SAVE)
    assert "Somebody changed this" in screen.error[0].value
    assert seller_card(admin, "fr").profile.city == "Lyon"


def test_finance_may_look_but_not_save(admin: Actor, finance: Actor) -> None:
    save_seller(admin, demo_sellers()["GB"])
    screen = open_page(finance, "admin/sellers")
    assert screen.text_input(key="seller.gb.legal_name").disabled
    assert all(button.disabled for button in screen.button if button.label == SAVE)


def test_a_rep_has_no_business_here(rep: Actor) -> None:
    assert "Your role may not do this" in open_page(rep, "admin/sellers").error[0].value
