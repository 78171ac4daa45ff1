"""Parcels: packed from what is allocated, shipped once, delivered."""

from decimal import Decimal

import pytest

from backoffice.kernel.shop.models import ShopSettings
from orders.events import orders_shipped
from orders.exceptions import NothingToShip, OrderRefused
from orders.models import Allocation, Shipment
from orders.services.delivering import orders_deliver_bulk
from orders.services.placing import order_place
from orders.services.shipments import shipment_cancel, shipment_create, shipment_update
from orders.services.shipping import orders_ship_bulk, shipment_ship
from orders.tests.asserts import assert_books_tie, assert_history_is_true, snapshot
from orders.tests.factories import draft_order, placed_order, stocked_variant
from products.models import MovementReason, Stock, StockMovement
from products.services.stock import StockMove, stock_move
from products.tests.factories import LocationFactory

pytestmark = pytest.mark.django_db
D = Decimal


@pytest.fixture
def shipped_news():
    heard = []

    def listen(sender, order_ids, shipment_ids, job_id, **kwargs):
        heard.append((order_ids, shipment_ids))

    orders_shipped.connect(listen)
    yield heard
    orders_shipped.disconnect(listen)


def shipments_out():
    return list(
        StockMovement.objects.filter(reason=MovementReason.SHIPMENT).order_by("pk").values_list("quantity", "reference")
    )


def test_parcel_leaves_once(shipped_news):
    order = placed_order(lines=[(stocked_variant(on_hand=5), 3)])
    parcel = shipment_create(order=order, carrier="DHL")

    shipment_ship(shipment=parcel, tracking_number=" 0034 ")

    order.refresh_from_db()
    line = order.lines.get()
    assert (parcel.status, parcel.carrier, parcel.tracking_number) == ("shipped", "DHL", "0034")
    assert parcel.shipped_at is not None
    assert (line.allocated, line.shipped, line.to_ship) == (0, 3, 0)
    assert order.fulfilment_status == "shipped"
    stock = Stock.objects.get()
    assert (stock.on_hand, stock.allocated) == (2, 0)
    assert shipments_out() == [(-3, parcel.number)]
    assert shipped_news == [([order.pk], [parcel.pk])]
    before = snapshot()
    with pytest.raises(OrderRefused) as refusal:
        shipment_ship(shipment=parcel)
    assert str(refusal.value) == f"{parcel.number} is shipped; it would have to be in preparation."
    assert snapshot() == before
    assert_books_tie()
    assert_history_is_true()


def test_partial_shipment_leaves_the_rest_allocated():
    order = placed_order(lines=[(stocked_variant(), 3), (stocked_variant(), 2)])
    first, second = order.lines.all()

    shipment_ship(shipment=shipment_create(order=order, lines=[(first, 2)]))

    order.refresh_from_db()
    first.refresh_from_db()
    assert order.fulfilment_status == "partially_shipped"
    assert (first.allocated, first.shipped) == (1, 2)
    assert sorted(Allocation.objects.values_list("line", "quantity")) == [(first.pk, 1), (second.pk, 2)]
    rest = shipment_create(order=order)
    assert list(rest.lines.values_list("order_line", "quantity")) == [(first.pk, 1), (second.pk, 2)]
    shipment_ship(shipment=rest)
    order.refresh_from_db()
    assert order.fulfilment_status == "shipped"
    assert_books_tie()
    assert_history_is_true()


def test_pieces_of_two_places_leave_from_both():
    variant = stocked_variant(on_hand=2)
    second = LocationFactory(code="second", name="Second", priority=5)
    stock_move(
        moves=[StockMove(variant_id=variant.pk, location_id=second.pk, quantity=9)], reason=MovementReason.OPENING
    )
    order = placed_order(lines=[(variant, 5)])

    parcel = shipment_ship(shipment=shipment_create(order=order))

    assert shipments_out() == [(-2, parcel.number), (-3, parcel.number)]
    assert_books_tie()


def test_two_sellers_send_their_own_lines():
    mine, theirs = stocked_variant(), stocked_variant()
    order = placed_order(lines=[(mine, 1), (theirs, 2)])
    seller = mine.product.seller

    parcel = shipment_create(order=order, seller=seller)

    assert list(parcel.lines.values_list("order_line__sku", "quantity")) == [(mine.sku, 1)]
    with pytest.raises(OrderRefused) as refusal:
        shipment_create(order=order, seller=seller, lines=[(order.lines.get(sku=theirs.sku), 1)])
    assert str(refusal.value) == f"{theirs.sku} is not sold by {seller}."


@pytest.mark.parametrize("count", [4, -1])
def test_no_more_than_is_left_can_be_packed(count):
    order = placed_order(lines=[(stocked_variant(), 3)])
    line = order.lines.get()
    before = snapshot()

    with pytest.raises(NothingToShip) as refusal:
        shipment_create(order=order, lines=[(line, count)])

    assert str(refusal.value) == f"{line.sku}: {count} cannot be packed, 3 are left."
    assert snapshot() == before


def test_nothing_is_packed_twice():
    order = placed_order()
    shipment_create(order=order)
    before = snapshot()

    with pytest.raises(NothingToShip) as refusal:
        shipment_create(order=order)

    assert str(refusal.value) == f"Nothing of order {order} is left to pack."
    assert snapshot() == before


def test_unpacked_pieces_can_be_packed_again():
    order = placed_order()
    parcel = shipment_create(order=order)

    shipment_cancel(shipment=parcel, reason="Box was torn")

    assert parcel.status == "cancelled"
    assert shipment_create(order=order).lines.get().quantity == 2
    with pytest.raises(OrderRefused):
        shipment_cancel(shipment=parcel)
    assert_history_is_true()


def test_line_of_another_order_is_refused():
    order, other = placed_order(), placed_order()

    with pytest.raises(OrderRefused) as refusal:
        shipment_create(order=order, lines=[(other.lines.get(), 1)])

    assert str(refusal.value) == f"{other.lines.get().sku} is not on order {order}."


def test_only_open_orders_are_packed():
    draft = draft_order()

    with pytest.raises(OrderRefused) as refusal:
        shipment_create(order=draft)

    assert str(refusal.value) == f"Order {draft} is draft; only open orders are shipped."


def test_tracking_number_can_be_written_down_later():
    parcel = shipment_ship(shipment=shipment_create(order=placed_order()))

    shipment_update(shipment=parcel, tracking_number="0099")

    assert Shipment.objects.get().tracking_number == "0099"
    count = parcel.history.count()
    shipment_update(shipment=parcel, tracking_number="0099 ", carrier="")
    assert parcel.history.count() == count
    assert_history_is_true()


def test_backorder_cannot_leave_before_it_is_on_hand():
    ShopSettings.objects.create(pk=1, allow_backorder=True)
    variant = stocked_variant(on_hand=2)
    Stock.objects.get().__class__.objects.update(backorder=True)
    order = placed_order(lines=[(variant, 5)])
    parcel = shipment_create(order=order)
    before = snapshot()

    with pytest.raises(OrderRefused) as refusal:
        shipment_ship(shipment=parcel)
    outcome = orders_ship_bulk(order_ids=[order.pk])

    assert "5 wanted, 2 available" in str(refusal.value)
    assert outcome.refused == [(order.number, f"Not on hand yet: {variant.sku}.")]
    assert snapshot() == before


def test_ship_in_bulk(shipped_news):
    variant = stocked_variant(on_hand=100)
    plain, packed = placed_order(lines=[(variant, 1)]), placed_order(lines=[(variant, 2)])
    draft = draft_order(lines=[(variant, 1)])
    parcel = shipment_create(order=packed, lines=[(packed.lines.get(), 1)], carrier="UPS")
    gone = placed_order(lines=[(variant, 1)])
    shipment_ship(shipment=shipment_create(order=gone))
    shipped_news.clear()

    outcome = orders_ship_bulk(order_ids=[draft.pk, packed.pk, gone.pk, plain.pk], carrier="DHL")

    assert outcome.done == [plain.pk, packed.pk]
    assert outcome.refused == [
        (draft.number, f"Order {draft} is draft; only open orders are shipped."),
        (gone.number, f"Nothing of order {gone} is left to ship."),
    ]
    assert len(shipped_news) == 1
    assert shipped_news[0][0] == [plain.pk, packed.pk]
    assert sorted(packed.shipments.values_list("carrier", "status")) == [("DHL", "shipped"), ("UPS", "shipped")]
    assert parcel.pk in shipped_news[0][1]
    packed.refresh_from_db()
    assert packed.fulfilment_status == "shipped"
    assert_books_tie()
    assert_history_is_true()


def test_many_ship_and_arrive(nobody_listens, django_assert_max_num_queries):
    variant = stocked_variant(on_hand=1000)
    drafts = [draft_order(lines=[(variant, 1)]) for _ in range(30)]
    for draft in drafts:
        order_place(order=draft)
    ids = [order.pk for order in drafts]

    # Stock leaves parcel by parcel, each with its own movement; the rest does not grow with the orders.
    with django_assert_max_num_queries(70 + 30 * 9):
        assert orders_ship_bulk(order_ids=ids).done == ids
    with django_assert_max_num_queries(35):
        assert orders_deliver_bulk(order_ids=ids).done == ids

    assert Stock.objects.get().on_hand == 970
    assert {row.fulfilment_status for row in type(drafts[0]).objects.all()} == {"delivered"}
    assert_books_tie()
    assert_history_is_true()
