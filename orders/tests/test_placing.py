"""Placing: totals become final, stock is allocated once, the news goes out once."""

from decimal import Decimal

import pytest

from backoffice.kernel.history.context import audit
from backoffice.kernel.shop.models import ShopSettings
from backoffice.kernel.states.machine import TransitionRefused
from orders.events import order_status_changed, orders_placed
from orders.exceptions import OrderRefused
from orders.models import Allocation, Order
from orders.services.cancelling import order_cancel
from orders.services.placing import order_place, orders_place_bulk
from orders.tests.asserts import assert_books_tie, assert_history_is_true, snapshot
from orders.tests.factories import OrderFactory, draft_order, placed_order, stocked_variant
from products.models import MovementReason, Stock
from products.services.stock import StockMove, stock_move
from products.tests.factories import LocationFactory

pytestmark = pytest.mark.django_db
D = Decimal


@pytest.fixture
def placed_news():
    """What was told about placed orders."""
    heard = []

    def listen(sender, order_ids, job_id, **kwargs):
        heard.append(order_ids)

    orders_placed.connect(listen)
    yield heard
    orders_placed.disconnect(listen)


def test_placing_allocates_and_opens(placed_news):
    variant = stocked_variant(on_hand=5)
    draft = draft_order(lines=[(variant, 3)])

    with audit(reason="Called by phone"):
        order, placed = order_place(order=draft)

    assert placed is True
    assert order is draft
    assert (order.status, order.fulfilment_status, order.payment_status) == ("open", "unfulfilled", "unpaid")
    assert order.placed_at is not None
    assert order.lines.get().allocated == 3
    allocation = Allocation.objects.get()
    assert (allocation.line, allocation.quantity) == (order.lines.get(), 3)
    stock = Stock.objects.get()
    assert (stock.on_hand, stock.allocated) == (5, 3)
    assert placed_news == [[order.pk]]
    assert order.history.latest().history_change_reason == "Called by phone"
    assert_books_tie()
    assert_history_is_true()


def test_allocation_takes_locations_in_their_order():
    variant = stocked_variant(on_hand=2)
    second = LocationFactory(code="second", name="Second", priority=5)
    stock_move(
        moves=[StockMove(variant_id=variant.pk, location_id=second.pk, quantity=9)], reason=MovementReason.OPENING
    )

    placed_order(lines=[(variant, 5)])

    assert list(Allocation.objects.order_by("pk").values_list("stock__location__code", "quantity")) == [
        ("main", 2),
        ("second", 3),
    ]
    assert_books_tie()


def test_placing_twice_with_one_key_places_once(placed_news):
    draft = draft_order()
    first, was_placed = order_place(order=draft, idempotency_key="checkout-7")
    before = snapshot()

    again, again_placed = order_place(order=Order.objects.get(pk=draft.pk), idempotency_key="checkout-7")

    assert (was_placed, again_placed) == (True, False)
    assert again == first
    assert snapshot() == before
    assert len(placed_news) == 1


def test_one_key_for_two_drafts_places_the_first_only():
    first, second = draft_order(), draft_order()
    order_place(order=first, idempotency_key="checkout-7")

    found, placed = order_place(order=second, idempotency_key="checkout-7")

    assert (found, placed) == (first, False)
    second.refresh_from_db()
    assert second.status == "draft"


def test_placing_twice_without_a_key_is_refused():
    order = placed_order()
    before = snapshot()

    with pytest.raises(OrderRefused) as refusal:
        order_place(order=order)

    assert str(refusal.value) == f"{order.number} is open; it would have to be draft."
    assert snapshot() == before


def test_too_little_stock_names_what_is_missing(placed_news):
    scarce, plenty = stocked_variant(on_hand=2), stocked_variant()
    draft = draft_order(lines=[(plenty, 1), (scarce, 2), (scarce, 1)])
    before = snapshot()

    with pytest.raises(OrderRefused) as refusal:
        order_place(order=draft)

    assert str(refusal.value) == f"Not enough stock. {scarce.sku}: 3 wanted, 2 available."
    assert snapshot() == before
    assert placed_news == []


def test_stock_of_a_closed_location_does_not_count():
    variant = stocked_variant(on_hand=2)
    location = Stock.objects.get().location
    location.is_active = False
    location.save()

    with pytest.raises(OrderRefused):
        order_place(order=draft_order(lines=[(variant, 1)]))


@pytest.mark.parametrize(("shop_allows", "placed"), [(True, True), (False, False)])
def test_backorder_only_where_shop_and_stock_allow_it(shop_allows, placed):
    ShopSettings.objects.create(pk=1, allow_backorder=shop_allows)
    variant = stocked_variant(on_hand=2)
    stock = Stock.objects.get()
    stock.backorder = True
    stock.save()
    draft = draft_order(lines=[(variant, 5)])

    if placed:
        order_place(order=draft)
        assert draft.lines.get().allocated == 5
    else:
        with pytest.raises(OrderRefused):
            order_place(order=draft)


def test_order_without_lines_or_address_is_refused():
    empty = OrderFactory()
    nowhere = draft_order(shipping_address={}, billing_address={}, customer=None)

    with pytest.raises(OrderRefused) as no_lines:
        order_place(order=empty)
    with pytest.raises(OrderRefused) as no_address:
        order_place(order=nowhere)

    assert str(no_lines.value) == f"Order {empty} has no lines."
    assert str(no_address.value) == f"Order {nowhere} has no delivery address."


def test_what_went_off_sale_is_refused():
    variant = stocked_variant()
    draft = draft_order(lines=[(variant, 1)])
    variant.is_active = False
    variant.save()

    with pytest.raises(OrderRefused) as refusal:
        order_place(order=draft)

    assert str(refusal.value) == f"{variant.sku} is not on sale."


def test_price_agreed_in_the_draft_stays():
    variant = stocked_variant(price="10.00")
    draft = draft_order(lines=[(variant, 1)])
    variant.price = D("12.00")
    variant.save()

    order_place(order=draft)

    assert draft.total == D("10.00")


def test_bulk_places_what_it_can_and_tells_once(placed_news):
    variant = stocked_variant(on_hand=5)
    first = draft_order(lines=[(variant, 3)])
    too_much = draft_order(lines=[(variant, 3)])
    fits = draft_order(lines=[(variant, 2)])
    empty = OrderFactory()

    outcome = orders_place_bulk(order_ids=[fits.pk, empty.pk, too_much.pk, first.pk], reason="Morning run")

    assert outcome.done == [first.pk, fits.pk]
    assert outcome.refused == [
        (empty.number, f"Order {empty} has no lines."),
        (too_much.number, f"Not enough stock. {variant.sku}: 3 wanted, 2 available."),
    ]
    assert placed_news == [[first.pk, fits.pk]]
    assert set(Order.objects.filter(status="open")) == {first, fits}
    assert first.history.latest().history_change_reason == "Morning run"
    assert_books_tie()
    assert_history_is_true()


def test_many_orders_take_the_set_based_path(nobody_listens, placed_news, django_assert_max_num_queries):
    variants = [stocked_variant(on_hand=1000) for _ in range(3)]
    drafts = [draft_order(lines=[(variant, 2) for variant in variants]) for _ in range(30)]
    changes = []
    order_status_changed.connect(lambda **news: changes.append(news["instance"].pk), weak=False, dispatch_uid="t")

    with django_assert_max_num_queries(60):
        outcome = orders_place_bulk(order_ids=[order.pk for order in drafts])
    order_status_changed.disconnect(dispatch_uid="t")

    assert outcome.done == [order.pk for order in drafts]
    assert placed_news == [outcome.done]
    assert changes == outcome.done
    assert_books_tie()
    assert_history_is_true()


def test_single_and_bulk_leave_the_same_rows():
    single, bulk = draft_order(), draft_order()
    order_place(order=single)
    orders_place_bulk(order_ids=[bulk.pk])

    def columns(order):
        skipped = {"id", "number", "customer_id", "email", "created_at", "updated_at", "placed_at"}
        return {key: value for key, value in Order.objects.values().get(pk=order.pk).items() if key not in skipped}

    assert columns(single) == columns(bulk)
    assert single.history.count() == bulk.history.count()


def test_single_placing_needs_few_queries(nobody_listens, django_assert_max_num_queries):
    draft = draft_order()

    with django_assert_max_num_queries(32):
        order_place(order=draft)


def test_cancelled_order_cannot_be_placed():
    order = order_cancel(order=draft_order())

    with pytest.raises(OrderRefused):
        order_place(order=order)
    assert not issubclass(OrderRefused, TransitionRefused)
