"""Sellers see their own part of an order, and nothing that tells of the rest."""

import pytest
from django.urls import reverse

from accounts.tests.factories import CustomerProfileFactory, UserFactory
from orders.services.delivering import shipment_deliver
from orders.services.notes import order_note_add
from orders.services.returns import return_create
from orders.services.shipments import shipment_create
from orders.services.shipping import shipment_ship
from orders.tests.factories import ADDRESS, ReturnReasonFactory, draft_order, placed_order, stocked_variant

pytestmark = pytest.mark.django_db
CANARY = "Canary9137"


@pytest.fixture
def shared():
    """An order with a line of mine, and a line of somebody else that carries the canary everywhere."""
    mine, theirs = stocked_variant(name="My kettle"), stocked_variant(name=f"{CANARY} mug")
    theirs.sku = f"{CANARY}-1"
    theirs.save()
    customer = UserFactory(email=f"{CANARY}@example.com".lower())
    CustomerProfileFactory(user=customer, company=f"{CANARY} Ltd")
    order = placed_order(
        lines=[(mine, 1), (theirs, 2)],
        customer=customer,
        external_reference=f"{CANARY}-ref",
        customer_note=f"{CANARY} note",
        billing_address={**ADDRESS, "company": f"{CANARY} Ltd"},
        shipping_address={**ADDRESS, "phone": f"{CANARY}-phone"},
        discount_reason=f"{CANARY} reason",
    )
    order_note_add(order=order, text=f"{CANARY} internal")
    for line, name in zip(order.lines.all(), ("mine", CANARY), strict=True):
        parcel = shipment_create(order=order, seller=line.seller, carrier=name, tracking_number=f"{name}-tracking")
        shipment_deliver(shipment=shipment_ship(shipment=parcel))
    return_create(
        order=order,
        lines=[(line, 1) for line in order.lines.all()],
        reason=ReturnReasonFactory(),
        note=f"{CANARY} said the customer",
    )
    order.refresh_from_db()
    return order


@pytest.fixture
def seller(shared, seller_browser):
    return seller_browser(shared.lines.first().seller)


def history_of(row):
    return reverse(f"admin:orders_{row._meta.model_name}_history", args=[row.pk])


def page_of(row):
    return reverse(f"admin:orders_{row._meta.model_name}_change", args=[row.pk])


def test_own_part_is_shown(seller, shared):
    page = seller.get(page_of(shared)).content.decode()

    assert "My kettle" in page
    assert shared.number in page
    assert "Kim Example" in page


def test_nothing_of_the_rest_is_shown_anywhere(seller, shared):
    order, (mine, _) = shared, shared.shipments.order_by("pk")
    document = shared.returns.get()
    addresses = [
        "/admin/orders/order/",
        "/admin/orders/order/?queue=under-way",
        f"/admin/orders/order/?q={order.number}",
        f"/admin/orders/order/?q={CANARY}-1",
        page_of(order),
        history_of(order),
        "/admin/orders/shipment/",
        f"/admin/orders/shipment/?q={order.number}",
        page_of(mine),
        history_of(mine),
        "/admin/orders/return/",
        page_of(document),
        history_of(document),
    ]

    for address in addresses:
        response = seller.get(address)
        assert response.status_code == 200, address
        page = response.content.decode().replace(f'value="{CANARY}-1"', "").replace(f"q={CANARY}-1", "")
        assert CANARY.lower() not in page.lower(), address


def test_totals_are_not_shown(seller, shared):
    page = seller.get(page_of(shared)).content.decode() + seller.get("/admin/orders/order/").content.decode()

    assert str(shared.total) not in page
    assert "How the total came about" not in page
    assert "total_shown" not in seller.get("/admin/orders/order/").context["cl"].list_display


def test_others_rows_do_not_exist_for_a_seller(seller, shared):
    foreign = shared.shipments.order_by("pk").last()
    stranger = draft_order()

    for row in (foreign, stranger):
        assert seller.get(page_of(row)).status_code == 404
        assert seller.get(history_of(row)).status_code == 404
        assert seller.post(page_of(row), {}).status_code in {403, 404}


@pytest.mark.parametrize(
    "query",
    [
        {"email__startswith": "canary"},
        {"total__gt": "1"},
        {"lines__sku__startswith": "C"},
        {"customer__email": "x"},
        {"payment_status__exact": "unpaid"},
    ],
)
def test_filters_answer_no_questions(seller, shared, query):
    response = seller.get("/admin/orders/order/", query)

    assert response.status_code in {302, 400}


def test_sellers_change_nothing(seller, shared):
    order, parcel, document = shared, shared.shipments.order_by("pk").first(), shared.returns.get()

    assert seller.post(page_of(order), {"discount": "1"}).status_code == 403
    assert seller.post(page_of(parcel), {"carrier": "x"}).status_code == 403
    assert seller.post(page_of(document), {"note": "x"}).status_code == 403
    assert seller.get("/admin/orders/order/add/").status_code == 403
    assert seller.get("/admin/orders/order/variants/", {"term": CANARY}).status_code == 403
    assert seller.get(reverse("admin:orders_order_ship", args=[order.pk])).status_code == 403
    assert seller.get(reverse("admin:orders_order_return", args=[order.pk])).status_code == 403
    assert seller.post(reverse("admin:orders_order_transition", args=[order.pk, "order", "cancel"])).status_code == 403
    assert seller.get("/admin/orders/order/").context["action_form"] is None


def test_queue_counts_are_of_own_orders(seller_browser):
    mine = stocked_variant()
    draft_order(lines=[(mine, 1)])
    draft_order()
    browser = seller_browser(mine.product.seller)

    response = browser.get("/admin/orders/order/")

    assert response.context["queue_tabs"][1]["count"] == "1"
