"""Orders are moved on from their page: placed, shipped, delivered, taken back, cancelled."""

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from orders.models import Order, Return, Shipment
from orders.services.delivering import shipment_deliver
from orders.services.returns import return_create
from orders.services.shipments import shipment_create
from orders.services.shipping import shipment_ship
from orders.tests.asserts import assert_books_tie, assert_history_is_true, snapshot
from orders.tests.factories import ReturnReasonFactory, draft_order, placed_order, stocked_variant
from products.models import Stock

pytestmark = pytest.mark.django_db


def page_of(row):
    return reverse(f"admin:orders_{row._meta.model_name}_change", args=[row.pk])


def step(row, machine, name):
    return reverse(f"admin:orders_{row._meta.model_name}_transition", args=[row.pk, machine, name])


def said(response):
    return [str(message) for message in get_messages(response.wsgi_request)]


def delivered():
    order = placed_order(lines=[(stocked_variant(on_hand=10), 3)])
    shipment_deliver(shipment=shipment_ship(shipment=shipment_create(order=order)))
    order.refresh_from_db()
    return order


def test_place_by_button(desk):
    order = draft_order()

    response = desk.post(step(order, "order", "place"), {"reason": ""})

    order.refresh_from_db()
    assert order.status == "open"
    assert said(response) == [f"{order.number}: Place – done."]
    assert order.history.latest().history_user == response.wsgi_request.user


def test_refusal_is_said_on_the_page(desk):
    order = draft_order(lines=[(stocked_variant(on_hand=1), 2)])
    before = snapshot()

    response = desk.post(step(order, "order", "place"), {"reason": ""})

    assert said(response) == [f"Not enough stock. {order.lines.get().sku}: 2 wanted, 1 available."]
    assert snapshot() == before


def test_cancelling_asks_why(desk):
    order = placed_order()

    asked = desk.post(step(order, "order", "cancel"), {"reason": ""})
    assert asked.status_code == 200
    order.refresh_from_db()
    assert order.status == "open"

    desk.post(step(order, "order", "cancel"), {"reason": "Customer called"})
    order.refresh_from_db()
    assert order.status == "cancelled"
    assert order.history.latest().history_change_reason == "Customer called"


@pytest.mark.parametrize(("machine", "name"), [("order", "place"), ("order", "cancel")])
def test_warehouse_neither_places_nor_cancels(warehouse, machine, name):
    order = draft_order()

    assert warehouse.post(step(order, machine, name), {"reason": "x"}).status_code == 403
    order.refresh_from_db()
    assert order.status == "draft"


def test_ship_page_packs_and_ships(warehouse):
    order = placed_order(lines=[(stocked_variant(), 3), (stocked_variant(), 1)])
    first, second = order.lines.all()
    url = reverse("admin:orders_order_ship", args=[order.pk])
    form = warehouse.get(url).context["form"]
    assert [field.value() for field in form.rows()] == [3, 1]

    response = warehouse.post(
        url,
        {
            f"line_{first.pk}": 2,
            f"line_{second.pk}": 0,
            "carrier": "DHL",
            "tracking_number": "JD01",
            "hand_over": "on",
        },
    )

    parcel = Shipment.objects.get()
    assert response.url == page_of(order)
    assert said(response) == [f"Parcel {parcel} left."]
    assert (parcel.status, parcel.carrier, parcel.tracking_number) == ("shipped", "DHL", "JD01")
    assert list(parcel.lines.values_list("order_line", "quantity")) == [(first.pk, 2)]
    assert_books_tie()
    assert_history_is_true()


def test_ship_page_can_prepare_for_a_seller(warehouse):
    mine, theirs = stocked_variant(), stocked_variant()
    order = placed_order(lines=[(mine, 1), (theirs, 1)])
    first, second = order.lines.all()
    url = reverse("admin:orders_order_ship", args=[order.pk])

    refused = warehouse.post(url, {f"line_{first.pk}": 1, f"line_{second.pk}": 1, "seller": first.seller_id})
    assert refused.context["form"].non_field_errors() == [f"{theirs.sku} is not sold by {first.seller}."]
    assert not Shipment.objects.exists()

    warehouse.post(url, {f"line_{first.pk}": 1, "seller": first.seller_id})
    parcel = Shipment.objects.get()
    assert (parcel.status, parcel.seller) == ("draft", first.seller)


@pytest.mark.parametrize("count", ["4", "-1", "x"])
def test_ship_page_refuses_impossible_counts(warehouse, count):
    order = placed_order(lines=[(stocked_variant(), 3)])
    before = snapshot()

    response = warehouse.post(
        reverse("admin:orders_order_ship", args=[order.pk]), {f"line_{order.lines.get().pk}": count}
    )

    assert response.status_code == 200
    assert snapshot() == before


def test_empty_parcel_is_refused(warehouse):
    order = placed_order()

    response = warehouse.post(reverse("admin:orders_order_ship", args=[order.pk]), {"hand_over": "on"})

    assert response.context["form"].non_field_errors() == ["Choose at least one piece."]


def test_order_desk_does_not_ship(desk):
    order = placed_order()
    url = reverse("admin:orders_order_ship", args=[order.pk])

    assert desk.get(url).status_code == 403
    assert desk.post(url, {f"line_{order.lines.get().pk}": 1}).status_code == 403
    assert desk.get(reverse("admin:orders_order_ship", args=[999])).status_code == 404
    assert not Shipment.objects.exists()


def test_parcel_is_moved_on_from_the_order(warehouse):
    order = placed_order()
    parcel = shipment_create(order=order)
    assert "It left" in warehouse.get(page_of(order)).content.decode()

    def say(name, parcel_id=parcel.pk):
        return warehouse.post(reverse("admin:orders_order_parcel", args=[order.pk, parcel_id, name]))

    assert say("ship").url == page_of(order)
    assert "It arrived" in warehouse.get(page_of(order)).content.decode()
    assert said(say("deliver"))[-1] == f"Parcel {parcel} arrived."
    assert said(say("deliver"))[-1] == f"{parcel} is delivered; it would have to be shipped."

    order.refresh_from_db()
    assert order.fulfilment_status == "delivered"
    assert say("lose").status_code == 404
    foreign = shipment_create(order=placed_order())
    assert say("ship", foreign.pk).status_code == 404


def test_order_desk_does_not_move_parcels(desk):
    parcel = shipment_create(order=placed_order())

    response = desk.post(reverse("admin:orders_order_parcel", args=[parcel.order_id, parcel.pk, "ship"]))

    assert response.status_code == 403
    parcel.refresh_from_db()
    assert parcel.status == "draft"


def test_tracking_number_is_typed_on_the_parcel(warehouse):
    parcel = shipment_create(order=placed_order())
    data = {"carrier": "UPS", "tracking_number": "1Z", "lines-TOTAL_FORMS": 0, "lines-INITIAL_FORMS": 0}

    warehouse.post(page_of(parcel), {**data, "status": "delivered"})

    parcel.refresh_from_db()
    assert (parcel.carrier, parcel.tracking_number, parcel.status) == ("UPS", "1Z", "draft")
    assert_history_is_true()


def test_return_from_announcement_to_restock(desk, warehouse):
    order = delivered()
    line = order.lines.get()
    url = reverse("admin:orders_order_return", args=[order.pk])
    assert [field.value() for field in desk.get(url).context["form"].rows()] == [0]

    response = desk.post(url, {f"line_{line.pk}": 2, "reason": ReturnReasonFactory().pk, "note": "Too small"})
    document = Return.objects.get()
    assert response.url == page_of(document)

    desk.post(step(document, "return", "approve"), {"reason": ""})
    warehouse.post(step(document, "return", "receive"), {"reason": ""})
    item = document.lines.get()
    data = {"note": "Too small", "lines-TOTAL_FORMS": 1, "lines-INITIAL_FORMS": 1, "lines-0-id": item.pk}
    warehouse.post(page_of(document), {**data, "lines-0-restock": "true", "lines-0-quantity": "9"})
    item.refresh_from_db()
    assert (item.restock, item.quantity) == (True, 2)
    warehouse.post(step(document, "return", "complete"), {"reason": ""})

    document.refresh_from_db()
    assert document.status == "completed"
    assert Stock.objects.get().on_hand == 9
    assert_books_tie()
    assert_history_is_true()


def test_goods_are_only_inspected_once_they_are_here(warehouse):
    order = delivered()
    document = return_create(order=order, lines=[(order.lines.get(), 1)], reason=ReturnReasonFactory())
    data = {"note": "", "lines-TOTAL_FORMS": 1, "lines-INITIAL_FORMS": 1, "lines-0-id": document.lines.get().pk}

    warehouse.post(page_of(document), {**data, "lines-0-restock": "true"})

    assert document.lines.get().restock is None


def test_rejecting_asks_why(desk):
    order = delivered()
    document = return_create(order=order, lines=[(order.lines.get(), 1)], reason=ReturnReasonFactory())

    assert desk.post(step(document, "return", "reject"), {"reason": ""}).status_code == 200
    desk.post(step(document, "return", "reject"), {"reason": "Used"})

    document.refresh_from_db()
    assert document.status == "rejected"


def test_page_explains_the_total(desk):
    order = draft_order(lines=[(stocked_variant(price="79.20"), 1)])

    page = desk.get(page_of(order)).content.decode()

    assert "1 × 79.20 less 19 % tax = 1 × 66.5546" in page
    assert "How the total came about" in page


def test_a_panel_of_an_app_above_is_shown(desk, monkeypatch):
    from backoffice.kernel.admin import panels
    from orders.admin import Panel, register_panel

    monkeypatch.setattr(panels, "_makers", {})
    register_panel(lambda _request, order: Panel(f"About {order}", "admin/orders/panels/returns.html", {"returns": []}))
    order = draft_order()

    assert f"About {order.number}" in desk.get(page_of(order)).content.decode()


def test_pages_cost_the_same_however_many_lines(boss, django_assert_max_num_queries):
    short, long = (placed_order(lines=[(stocked_variant(), 1) for _ in range(count)]) for count in (1, 50))
    for order in (short, long):
        shipment_create(order=order)
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    counts = []
    for order in (short, long):
        boss.get(page_of(order))
        with CaptureQueriesContext(connection) as queries:
            assert boss.get(page_of(order)).status_code == 200
        counts.append(len(queries))

    assert counts[0] == counts[1]


def test_draft_page_costs_the_same_however_many_lines(boss):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    counts = []
    for size in (1, 50):
        order = draft_order(lines=[(stocked_variant(on_hand=0), 1) for _ in range(size)])
        boss.get(page_of(order))
        with CaptureQueriesContext(connection) as queries:
            assert boss.get(page_of(order)).status_code == 200
        counts.append(len(queries))

    assert counts[0] == counts[1]
    assert Order.objects.count() == 2
