"""Stories of countries that belong to another's VAT area."""

from tests.stories import order, play, story


def test_a_customer_in_monaco_is_charged_as_in_france_at_the_order_and_at_the_renewal() -> None:
    found = play(
        story(order("2026-01-31"), until="2026-02-28", seller="ES", currency="EUR", accounts=[{"country": "MC"}])
    )
    assert found["refusals"] == []
    taxes = [(line["tax"]["rate"], paper["tax"]) for paper in found["invoices"] for line in paper["lines"]]
    assert taxes == [("20", "32.00"), ("20", "32.00")]
