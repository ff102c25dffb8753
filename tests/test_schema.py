"""The schema can be sharded by account: the rules of the house, held against the metadata."""

import pytest
from sqlalchemy import BigInteger, Float, Integer, Numeric, Table, UniqueConstraint

from data.models import Base

TABLES = list(Base.metadata.sorted_tables)

# Whole by themselves: the catalog, rates, users and sellers are shared tables; series, mails and the audit trail are
# unsharded ones, with an account's id but no key into its shard; roll-ups are sums over all accounts.
UNSHARDED = {
    "users", "teams", "team_members", "deputies", "sellers", "seller_tax_numbers", "seller_banks", "products", "plans",
    "prices", "settings", "tax_rates", "fx_rates", "number_series", "issued_numbers", "outbox_mails", "audit_entries",
    "import_maps", "nights", "night_steps", "statements", "statement_lines", "debit_batches", "figures",
    "figure_deltas", "dues", "due_deltas", "closed_months", "closing_steps", "month_packs", "tax_figures",
    "tax_figure_deltas", "use_totals", "cycle_figures", "cycle_deltas",
}  # fmt: skip
OWNED = [table for table in TABLES if table.name not in UNSHARDED | {"accounts"}]


@pytest.mark.parametrize("table", OWNED, ids=lambda table: table.name)
def test_the_account_comes_first_in_each_key(table: Table) -> None:
    assert next(iter(table.primary_key.columns)).name == "account_id"
    uniques = [next(iter(c.columns)).name for c in table.constraints if isinstance(c, UniqueConstraint)]
    uniques += [next(iter(index.columns)).name for index in table.indexes if index.unique]
    assert set(uniques) <= {"account_id"}


@pytest.mark.parametrize("table", OWNED, ids=lambda table: table.name)
def test_foreign_keys_stay_inside_the_account_or_point_to_shared_tables(table: Table) -> None:
    for key in table.foreign_key_constraints:
        target = key.referred_table.name
        pairs = {(element.parent.name, element.column.name) for element in key.elements}
        inside = ("account_id", "account_id") in pairs or (target == "accounts" and pairs == {("account_id", "id")})
        assert inside or target in UNSHARDED, f"{table.name} → {target}"


@pytest.mark.parametrize(
    "name", ["number_series", "issued_numbers", "outbox_mails", "audit_entries", "statement_lines", "debit_batches"]
)
def test_unsharded_tables_have_no_key_into_a_shard(name: str) -> None:
    table = Base.metadata.tables[name]
    assert {key.referred_table.name for key in table.foreign_key_constraints} <= UNSHARDED


def test_issued_numbers_prove_that_nothing_is_missing() -> None:
    key = [column.name for column in Base.metadata.tables["issued_numbers"].primary_key]
    assert key == ["series", "year", "number"]


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_counts_and_money_are_big_integers_and_nothing_is_a_float(table: Table) -> None:
    for column in table.columns:
        assert not isinstance(column.type, Float | Numeric), f"{table.name}.{column.name}"
        assert not isinstance(column.type, Integer) or isinstance(column.type, BigInteger), column.name
        if column.name.endswith("_minor"):
            assert isinstance(column.type, BigInteger)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_ids_are_derived_never_drawn_from_a_sequence(table: Table) -> None:
    assert table.autoincrement_column is None
