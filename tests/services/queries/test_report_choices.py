"""The filters of reports offer what the actor's accounts have."""

import pytest

from services.errors import NotAllowed
from services.permissions import Actor
from services.queries.report_choices import report_choices
from tests.builders import make_account


@pytest.fixture
def accounts(rep: Actor, other_rep: Actor) -> None:
    make_account("alba", rep=rep, country="ES", currency="EUR", segment="Energy")
    make_account("birch", rep=other_rep, country="US", currency="USD", segment="Retail")
    make_account("cedar", rep=None, country="GB", currency="GBP", segment="")


def test_who_sees_all_accounts_is_offered_all(
    finance: Actor, rep: Actor, other_rep: Actor, licence_manager: Actor, accounts: None
) -> None:
    found = report_choices(finance)
    assert found.currencies == ("EUR", "GBP", "USD")
    assert found.countries == ("ES", "GB", "US")
    assert found.segments == ("Energy", "Retail")
    assert {user_id for user_id, _ in found.reps} == {rep.user_id, other_rep.user_id, 0}
    assert ("support", "Remote Support") in found.products
    assert found.reporting_currency == "EUR"


def test_a_rep_is_offered_what_the_own_accounts_have(rep: Actor, accounts: None) -> None:
    found = report_choices(rep)
    assert (found.currencies, found.countries, found.segments) == (("EUR",), ("ES",), ("Energy",))
    assert found.reps == ((rep.user_id, rep.name),)


def test_who_may_see_no_reports_is_refused(licence_manager: Actor) -> None:
    with pytest.raises(NotAllowed):
        report_choices(licence_manager)
