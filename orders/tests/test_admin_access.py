"""What is offered to those who type orders, and refused to those who only look."""

import pytest

from orders.tests.factories import draft_order, stocked_variant
from orders.tests.test_admin_drafts import ADD, page_of

pytestmark = pytest.mark.django_db


def test_variants_are_found_with_price_and_what_is_free(desk):
    variant = stocked_variant(on_hand=7, price="12.50", name="Copper kettle")
    hidden = stocked_variant(name="Copper pan")
    hidden.is_active = False
    hidden.save()

    found = desk.get("/admin/orders/order/variants/", {"term": "copper"}).json()

    assert found == {
        "results": [
            {
                "id": str(variant.pk),
                "text": f"{variant.sku} · Copper kettle · 12.50 · 7 free",
                "price": "12.50",
                "available": "7 free",
            }
        ],
        "pagination": {"more": False},
    }


def test_warehouse_may_look_but_not_type(warehouse):
    order = draft_order()

    page = warehouse.get(page_of(order))

    assert page.status_code == 200
    assert b'name="lines-0-quantity"' not in page.content
    assert warehouse.get(ADD).status_code == 403
    assert warehouse.get("/admin/orders/order/variants/", {"term": "x"}).status_code == 403
    assert warehouse.post(page_of(order), {"discount": "1"}).status_code == 403
