"""The policies in force are read from settings and catalog, and each has its words."""

import tomllib
from decimal import Decimal
from pathlib import Path

from data import database
from data.models import Product, Setting
from services.permissions import Role
from services.queries.help import policies
from services.words.help_texts import POLICIES, TRIAL_ENDS

CATALOG = Path(__file__).resolve().parents[3] / "data" / "catalog.toml"


def test_everybody_reads_the_policies_in_force(rep, finance, licence_manager):
    for actor in (rep, finance, licence_manager):
        found = policies(actor)
        assert dict(found.figures)["trial_again_months"] == 12
        assert found.discount_limits == (
            (Role.SALES_REP, Decimal(10)),
            (Role.SALES_MANAGER, Decimal(25)),
            (Role.ADMIN, Decimal(100)),
        )
    trials = {trial.product: (trial.days, trial.seats, trial.end, trial.to) for trial in found.trials}
    assert trials["Remote Support"] == (14, 10, "expire", None)
    assert trials["Device Monitoring"] == (21, 50, "downgrade_to_free", "Free")
    assert trials["Cloud Backup"][0] is None
    assert ("Meetings", "Company", 10) in [(m.product, m.plan, m.seats) for m in found.minimums]


def test_a_changed_policy_shows_its_new_value(rep):
    with database.write_session() as session:
        session.get_one(Setting, "trial_again_months").value = 6
        session.get_one(Product, "support").trial_days = 21
    found = policies(rep)
    assert dict(found.figures)["trial_again_months"] == 6
    assert found.trials[0].days == 21


def test_every_figure_of_the_catalog_has_its_words():
    settings = tomllib.loads(CATALOG.read_text(encoding="utf-8"))["settings"]
    assert {code for code, value in settings.items() if type(value) is int} == set(POLICIES)
    assert set(TRIAL_ENDS) == {"expire", "convert", "downgrade_to_free"}
