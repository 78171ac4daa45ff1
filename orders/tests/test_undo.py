"""Bulk actions on orders are taken back as a whole, stock and promises included, or not at all."""

import pytest

from accounts.tests.factories import SuperuserFactory
from backoffice.kernel.history.context import audit
from backoffice.kernel.history.undo import UndoRefused, undo_plan, undo_request
from backoffice.kernel.jobs.models import Job, JobState
from orders.models import Allocation, Order, OrderLine, Shipment, ShipmentLine
from orders.services.delivering import orders_deliver_bulk, shipment_deliver
from orders.services.placing import orders_place_bulk
from orders.services.shipping import orders_ship_bulk
from orders.tests.asserts import assert_books_tie, assert_history_is_true
from orders.tests.factories import draft_order, placed_order, stocked_variant
from products.models import Stock

pytestmark = pytest.mark.django_db


def as_job(work):
    """Do something as a finished job; return the job."""
    job = Job.objects.create(kind="test", title="Bulk", state=JobState.SUCCEEDED)
    with audit(job_id=job.pk):
        work()
    return job


def rows():
    """Return what an undo must bring back, without the times of change."""
    return {
        model.__name__: sorted(
            str({key: value for key, value in row.items() if key not in {"id", "created_at", "updated_at"}})
            for row in model.objects.values()
        )
        for model in (Order, OrderLine, Allocation, Shipment, ShipmentLine, Stock)
    }


def test_wrong_orders_shipped_come_back(nobody_listens):
    orders = [placed_order(lines=[(stocked_variant(on_hand=9), 2)]) for _ in range(3)]
    before = rows()
    job = as_job(lambda: orders_ship_bulk(order_ids=[order.pk for order in orders], carrier="DHL"))
    assert Stock.objects.first().on_hand == 7

    plan = undo_plan(job.pk)
    undo, _ = undo_request(job=job, owner=SuperuserFactory())

    assert plan.refusal == ""
    assert undo.state == JobState.SUCCEEDED, undo.error
    assert rows() == before
    assert_books_tie()
    assert_history_is_true()
    # They can be shipped again.
    assert orders_ship_bulk(order_ids=[order.pk for order in orders]).refused == []
    assert_books_tie()


def test_partly_allocated_rows_shrink_back(nobody_listens):
    variant = stocked_variant(on_hand=9)
    order = placed_order(lines=[(variant, 5)])
    other = placed_order(lines=[(variant, 1)])
    before = rows()
    job = as_job(lambda: orders_ship_bulk(order_ids=[order.pk]))

    undo, _ = undo_request(job=job, owner=SuperuserFactory())

    assert undo.state == JobState.SUCCEEDED, undo.error
    assert rows() == before
    assert other.lines.get().allocated == 1
    assert_books_tie()


def test_an_order_that_went_on_keeps_all_of_them(nobody_listens):
    orders = [placed_order() for _ in range(2)]
    job = as_job(lambda: orders_ship_bulk(order_ids=[order.pk for order in orders]))
    shipment_deliver(shipment=orders[0].shipments.get())
    before = rows()

    plan = undo_plan(job.pk)
    with pytest.raises(UndoRefused) as refused:
        undo_request(job=job, owner=SuperuserFactory())

    assert plan.ledgers[-1].conflicts == 1
    assert plan.refusal == (
        f"{orders[0].number}: It went on since. These orders come back together or not at all. Of an order that has "
        "left, take the goods back with “Return …” on its page; one of which nothing has left is taken back with "
        "“Cancel”."
    )
    assert (str(refused.value), Job.objects.filter(undoes=job).count()) == (plan.refusal, 0)
    assert rows() == before
    assert_books_tie()


def test_an_undone_shipment_is_not_redone_by_undo(nobody_listens):
    order = placed_order()
    job = as_job(lambda: orders_ship_bulk(order_ids=[order.pk]))
    owner = SuperuserFactory()
    undo, _ = undo_request(job=job, owner=owner)
    before = rows()

    with pytest.raises(UndoRefused, match=r"It took back another job\. Ship or cancel the orders anew instead\."):
        undo_request(job=undo, owner=owner)

    assert rows() == before
    assert_books_tie()


def test_deliveries_come_back(nobody_listens):
    orders = [placed_order() for _ in range(2)]
    orders_ship_bulk(order_ids=[order.pk for order in orders])
    before = rows()
    job = as_job(lambda: orders_deliver_bulk(order_ids=[order.pk for order in orders]))

    undo, _ = undo_request(job=job, owner=SuperuserFactory())

    assert undo.state == JobState.SUCCEEDED, undo.error
    assert rows() == before
    assert_history_is_true()


def test_placing_is_taken_back_by_cancelling():
    orders = [draft_order() for _ in range(2)]
    job = as_job(lambda: orders_place_bulk(order_ids=[order.pk for order in orders]))
    before = rows()

    with pytest.raises(UndoRefused) as refusal:
        undo_request(job=job, owner=SuperuserFactory())

    assert "payment" in str(refusal.value)
    assert rows() == before
