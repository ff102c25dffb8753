"""An import in the browser: a file is chosen, its rows are checked and come in, and what is missing is entered."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests import builders
from tests.browser.conftest import Portal, settled, sign_in

pytestmark = pytest.mark.browser

FILE = "Código;Razón social;País;Moneda;Ciudad\nA1;Acme Ibérica;España;EUR;Madrid\nB2;Otra;Ruritania;EUR;\n"


def test_a_rep_imports_customers_in_spanish(page: Page, portal: Portal, tmp_path: Path) -> None:
    rep = builders.make_user(email="importadora@portal.example", name="Inés Importadora", language="es")
    builders.make_seller("ES")
    file = tmp_path / "clientes.csv"
    file.write_text(FILE, encoding="utf-8")
    sign_in(page, portal, rep, "/imports")
    page.locator("input[type=file]").set_input_files(file)
    expect(page.get_by_text("clientes.csv: 2 filas")).to_be_visible()
    page.get_by_role("button", name="Comprobar filas").click()
    button = page.get_by_role("button", name="Importar 1 cuenta")
    button.click()
    expect(page.get_by_text("1 cuenta creada, 1 fila rechazada.")).to_be_visible()
    expect(page.get_by_text("1 cuenta aún no puede hacer pedidos")).to_be_visible()
    settled(page)
    page.get_by_role("link", name="Todas las cuentas incompletas").click()
    expect(page).to_have_url(re.compile("state=incomplete"))
    expect(page.get_by_role("heading", name="Cuentas")).to_be_visible()
