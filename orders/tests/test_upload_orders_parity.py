"""What the bulk path writes is what single writes would have written, field by field, history included."""

from decimal import Decimal

import pytest

from accounts.models import User
from accounts.tests.factories import CustomerProfileFactory
from backoffice.kernel.history.context import audit
from orders.models import Order
from orders.services.completing import order_complete
from orders.services.delivering import shipment_deliver
from orders.services.drafts import order_create
from orders.services.lines import NewLine, order_lines_add
from orders.services.placing import order_place
from orders.services.shipments import shipment_create
from orders.services.shipping import shipment_ship
from orders.tests.factories import ADDRESS
from orders.tests.order_files import mugs, order, upload

pytestmark = pytest.mark.django_db

FILE = """
    Order number,Ordered at,Customer email,Customer name,Street,Postcode,City,Country,SKU,Quantity,Unit price,Line discount,Shipping,Order discount,Discount reason,Note
    W-1,2024-05-01 10:00,kim@example.org,Kim Example,Musterweg 1,01067,Dresden,DE,MUG-BLUE,3,9.90,1.00,4.90,2.00,Spring,Ring twice
    W-1,,,,,,,,MUG-RED,1,10.90,,,,,
"""
# Which row it is, when it was written and where it came from; what was settled elsewhere says so.
OF_ITS_OWN = {"id", "order_id", "number", "channel", "external_reference", "created_at", "updated_at"}
OF_HISTORY = {
    "history_id",
    "history_date",
    "history_user_id",
    "history_job_id",
    "history_change_reason",
    "history_type",
}
OF_THE_PAST = {"settled_elsewhere", "placed_at", "completed_at", "payment_status"}


def by_hand(blue, red):
    """Enter the same order as the file's through the services."""
    customer = User.objects.get(email="kim@example.org")
    with audit(user=customer):
        made = order_create(
            customer=customer,
            vat_id="",
            billing_address=dict(ADDRESS),
            shipping_address=dict(ADDRESS),
            shipping_price=Decimal("4.90"),
            discount=Decimal("2.00"),
            discount_reason="Spring",
            customer_note="Ring twice",
        )
        lines = [
            NewLine(variant=blue, quantity=3, unit_price=Decimal("9.90"), discount=Decimal("1.00")),
            NewLine(variant=red, quantity=1, unit_price=Decimal("10.90")),
        ]
        order_lines_add(order=made, new=lines)
    return Order.objects.get(pk=made.pk)


def written(found, *, besides=frozenset()):
    """Return an order and its lines as stored, and as their newest history rows say, without what is their own."""
    rows = [found, *found.lines.order_by("position")]
    live = [type(row).objects.filter(pk=row.pk).values().get() for row in rows]
    history = [row.history.order_by("-history_id").values().first() for row in rows]
    left_out = OF_ITS_OWN | OF_HISTORY | besides
    return [{name: value for name, value in row.items() if name not in left_out} for row in (*live, *history)]


@pytest.fixture
def wares():
    CustomerProfileFactory(user__email="kim@example.org", vat_id="")
    return mugs()


def test_a_draft_is_what_would_have_been_entered(wares):
    single = by_hand(*wares)

    upload(FILE, orders_are="draft")

    assert written(order("W-1")) == written(single)


def test_a_past_order_is_what_it_would_have_become(wares, nobody_listens):
    single = by_hand(*wares)
    with audit(user=single.customer):
        order_place(order=single)
        parcel = shipment_create(order=single)
        shipment_ship(shipment=parcel)
        shipment_deliver(shipment=parcel)
        order_complete(order=single)

    upload(FILE)

    past = order("W-1")
    assert written(past, besides=OF_THE_PAST) == written(Order.objects.get(pk=single.pk), besides=OF_THE_PAST)
    assert (past.settled_elsewhere, past.payment_status, single.payment_status) == (True, "paid", "unpaid")


def test_each_row_of_the_bulk_path_has_one_history_row(wares):
    done = upload(FILE)

    for row in (order("W-1"), *order("W-1").lines.all()):
        entry = row.history.get()
        assert (entry.history_type, entry.history_job) == ("+", done.apply_job)
