"""Many parcels are packed, leave and arrive at once, or none does."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.tests.factories import SellerFactory
from orders.events import orders_shipped
from orders.exceptions import NothingToShip, OrderRefused
from orders.models import Shipment
from orders.services.delivering import shipments_deliver
from orders.services.drafts import order_create
from orders.services.line_editing import NewLine
from orders.services.shipments import Packing, shipment_create, shipments_create
from orders.services.shipping import shipments_ship
from orders.tests.asserts import assert_books_tie, assert_history_is_true, snapshot
from orders.tests.factories import ADDRESS, draft_order, placed_order, stocked_variant
from products.models import MovementReason, Stock, StockMovement

pytestmark = pytest.mark.django_db


def two_orders():
    """Return two orders of the same variant, the first with goods of a second seller too."""
    north, south = (SellerFactory(code=code, store_name=f"{code.title()} Trade") for code in ("north", "south"))
    mug, lamp = stocked_variant(seller=north, on_hand=10), stocked_variant(seller=south, on_hand=10)
    return placed_order(lines=[(mug, 3), (lamp, 1)]), placed_order(lines=[(mug, 2)])


def packings(first, second):
    mugs, lamps = first.lines.order_by("position")
    return [
        Packing(order=first, lines=[(mugs, 3)], seller=mugs.seller, carrier=" Blue Van ", tracking_number="T1"),
        Packing(order=first, lines=[(lamps, 1)], seller=lamps.seller),
        Packing(order=second),
    ]


def test_parcels_of_several_orders_leave_and_arrive_together():
    first, second = two_orders()
    heard = []

    def listen(sender, order_ids, shipment_ids, **kwargs):
        heard.append((order_ids, shipment_ids))

    orders_shipped.connect(listen)
    ids = shipments_create(packings=packings(first, second))
    shipments_ship(shipment_ids=ids, reason="Picked up")
    orders_shipped.disconnect(listen)
    shipments_deliver(shipment_ids=ids[:1] + ids[2:], reason="Reported")

    rows = list(Shipment.objects.order_by("pk").values_list("pk", "order", "carrier", "tracking_number", "status"))
    assert rows == [
        (ids[0], first.pk, "Blue Van", "T1", "delivered"),
        (ids[1], first.pk, "", "", "shipped"),
        (ids[2], second.pk, "", "", "delivered"),
    ]
    assert heard == [([first.pk, second.pk], ids)]
    numbers = list(Shipment.objects.order_by("pk").values_list("number", flat=True))
    out = StockMovement.objects.filter(reason=MovementReason.SHIPMENT).order_by("pk")
    assert list(out.values_list("quantity", "reference")) == [(-3, numbers[0]), (-1, numbers[1]), (-2, numbers[2])]
    assert sorted(Stock.objects.values_list("on_hand", "allocated")) == [(5, 0), (9, 0)]
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.fulfilment_status, second.fulfilment_status) == ("shipped", "delivered")
    assert_books_tie()
    assert_history_is_true()


def test_a_parcel_too_many_leaves_all_unpacked():
    first, second = two_orders()
    before = snapshot()

    with pytest.raises(NothingToShip) as refusal:
        shipments_create(packings=[*packings(first, second), Packing(order=second)])

    assert str(refusal.value) == f"Nothing of order {second} is left to pack."
    assert snapshot() == before


def test_pieces_are_packed_once_within_a_call():
    order = placed_order(lines=[(stocked_variant(), 3)])
    [line] = order.lines.all()
    before = snapshot()

    with pytest.raises(NothingToShip) as refusal:
        shipments_create(packings=[Packing(order=order, lines=[(line, 2)])] * 2)

    assert str(refusal.value) == f"{line.sku}: 2 cannot be packed, 1 are left."
    assert snapshot() == before


def test_one_parcel_that_has_left_keeps_the_others():
    first, second = two_orders()
    ids = shipments_create(packings=packings(first, second))
    shipments_ship(shipment_ids=ids[:1])
    before = snapshot()

    with pytest.raises(OrderRefused) as refusal:
        shipments_ship(shipment_ids=ids)
    with pytest.raises(OrderRefused):
        shipments_deliver(shipment_ids=ids)

    number = Shipment.objects.get(pk=ids[0]).number
    assert str(refusal.value) == f"{number} is shipped; it would have to be in preparation."
    assert snapshot() == before


def test_nothing_to_do_is_done():
    assert shipments_create(packings=[]) == []
    shipments_ship(shipment_ids=[])
    shipments_deliver(shipment_ids=[])
    assert Shipment.objects.count() == 0


def test_parcels_are_read_together():
    orders = [placed_order() for _ in range(4)]

    def reads(chosen):
        ids = [shipment_create(order=order).pk for order in chosen]
        with CaptureQueriesContext(connection) as queries:
            shipments_ship(shipment_ids=ids)
        return sum(query["sql"].startswith("SELECT") for query in queries)

    assert reads(orders[:1]) == reads(orders[1:])


def test_a_draft_made_with_its_lines_is_one_filled_afterwards():
    variant = stocked_variant()
    filled = draft_order(lines=[(variant, 2)])

    made = order_create(
        customer=filled.customer,
        billing_address=dict(ADDRESS),
        shipping_address=dict(ADDRESS),
        lines=[NewLine(variant=variant, quantity=2)],
    )

    apart = {"id", "number", "created_at", "updated_at"}
    same = [{key: value for key, value in row.items() if key not in apart} for row in type(made).objects.values()]
    assert same[0] == same[1]
    apart |= {"order_id"}
    rows = [*filled.lines.values(), *made.lines.values()]
    lines = [{key: value for key, value in row.items() if key not in apart} for row in rows]
    assert lines[0] == lines[1]
    assert made.history.count() == 1
    assert_history_is_true()
