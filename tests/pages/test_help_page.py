"""The help: steps, policies with their values, definitions, in both languages and for every role."""

import pytest

from data import database
from data.models import Setting
from services.permissions import Role
from tests.builders import make_user
from tests.screens import open_page, texts


@pytest.mark.parametrize("role", list(Role))
def test_every_role_reads_it(db, role):
    screen = open_page(make_user(role), "help")
    assert not screen.error and not screen.exception
    assert "Add new subscription" in texts(screen)


def test_it_names_the_steps_and_the_policies_with_their_values(rep):
    with database.write_session() as session:
        session.get_one(Setting, "proposal_valid_days").value = 41
    said = texts(open_page(rep, "help", language="en")).replace("\\", "")
    for text in ("11. Place Order", "13. Assign seats", "is valid for 41 days", "Recurring revenue (MRR)"):
        assert text in said


def test_it_speaks_spanish(rep):
    said = texts(open_page(rep, "help", language="es")).replace("\\", "")
    for text in ("1. Añadir nueva suscripción", "11. Realizar pedido", "13. Asignar licencias", "100.000 licencias"):
        assert text in said
