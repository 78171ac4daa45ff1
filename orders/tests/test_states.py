"""Every state of an order, parcel and return with every transition: allowed as the table says, else refused."""

from itertools import product

import pytest
from django.db import transaction
from django.utils import timezone

from backoffice.kernel.states.locked import apply_transition_locked
from backoffice.kernel.states.machine import TransitionRefused
from orders.models import Order, Return, ReturnLine, Shipment, ShipmentLine
from orders.states import ORDER_MACHINE, RETURN_MACHINE, SHIPMENT_MACHINE, FulfilmentStatus
from orders.tests.factories import ReturnReasonFactory, draft_order

pytestmark = pytest.mark.django_db

ALLOWED = {
    "order": {
        ("draft", "place"): "open",
        ("open", "complete"): "completed",
        ("draft", "cancel"): "cancelled",
        ("open", "cancel"): "cancelled",
    },
    "shipment": {
        ("draft", "ship"): "shipped",
        ("shipped", "deliver"): "delivered",
        ("draft", "cancel"): "cancelled",
    },
    "return": {
        ("requested", "approve"): "approved",
        ("requested", "reject"): "rejected",
        ("approved", "reject"): "rejected",
        ("approved", "receive"): "received",
        ("received", "complete"): "completed",
    },
}


def ready(machine, state):
    """Return a row in a state whose guards have nothing to say."""
    order = draft_order()
    if machine is ORDER_MACHINE:
        Order.objects.filter(pk=order.pk).update(
            status=state, placed_at=timezone.now(), fulfilment_status=FulfilmentStatus.DELIVERED
        )
        return Order.objects.get(pk=order.pk)
    line = order.lines.get()
    if machine is SHIPMENT_MACHINE:
        row = Shipment.objects.create(number="S-1", order=order, status=state)
        ShipmentLine.objects.create(shipment=row, order_line=line, quantity=1)
    else:
        row = Return.objects.create(number="R-1", order=order, status=state, reason=ReturnReasonFactory())
        ReturnLine.objects.create(document=row, order_line=line, quantity=1, restock=True)
    return row


PAIRS = [
    pytest.param(machine, state, item.name, id=f"{machine.name}: {item.name} when {state}")
    for machine in (ORDER_MACHINE, SHIPMENT_MACHINE, RETURN_MACHINE)
    for state, item in product(machine.states.values, machine.transitions)
]


@pytest.mark.parametrize(("machine", "state", "name"), PAIRS)
def test_every_pair(machine, state, name):
    row = ready(machine, state)
    target = ALLOWED[machine.name].get((state, name))

    with transaction.atomic():
        if target is None:
            with pytest.raises(TransitionRefused):
                apply_transition_locked([row], machine, name)
        else:
            apply_transition_locked([row], machine, name, reason="Because")

    row.refresh_from_db()
    assert row.status == (target or state)
    assert row.history.count() >= (1 if target else 0)
    if target:
        assert row.history.latest().history_change_reason == "Because"


def test_one_refused_row_stops_all():
    rows = [ready(ORDER_MACHINE, "draft"), ready(ORDER_MACHINE, "completed")]

    with transaction.atomic(), pytest.raises(TransitionRefused):
        apply_transition_locked(rows, ORDER_MACHINE, "cancel")

    assert list(Order.objects.order_by("pk").values_list("status", flat=True)) == ["draft", "completed"]


@pytest.mark.django_db(transaction=True)
def test_rows_without_a_transaction_are_not_locked():
    row = ready(ORDER_MACHINE, "draft")

    with pytest.raises(transaction.TransactionManagementError):
        apply_transition_locked([row], ORDER_MACHINE, "cancel")

    row.refresh_from_db()
    assert row.status == "draft"
