"""The database refuses what no code may do to the ledger of stock, raw SQL included."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import F

from products.models import MovementReason, StockMovement
from products.services.stock import StockMove, stock_move
from products.tests.factories import StockFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def movement() -> StockMovement:
    stock = StockFactory()
    move = StockMove(variant_id=stock.variant_id, location_id=stock.location_id, quantity=5, note="as it was")
    return stock_move(moves=[move], reason=MovementReason.OPENING)[0]


def execute(sql: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("UPDATE products_stockmovement SET quantity = 6", "never changed"),
        ("UPDATE products_stockmovement SET note = 'else'", "never changed"),
        ("DELETE FROM products_stockmovement", "never deleted"),
    ],
)
def test_raw_sql_is_refused(movement, sql, message):
    with pytest.raises(IntegrityError, match=message):
        execute(sql)

    movement.refresh_from_db()
    assert (movement.quantity, movement.note) == (5, "as it was")


def test_the_orm_is_refused(movement):
    for write in (
        movement.delete,
        movement.save,
        lambda: StockMovement.objects.update(quantity=F("quantity") + 1),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            write()

    assert StockMovement.objects.get().quantity == 5
