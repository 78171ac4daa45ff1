"""An upload of orders is taken back as a whole; an order that is in use by then stays whole and is named."""

import pytest

from accounts.tests.factories import SuperuserFactory
from backoffice.integrity import integrity_check
from backoffice.kernel.history.context import audit
from backoffice.kernel.tests.transfers.snapshots import differences, snapshot
from backoffice.kernel.tests.transfers.uploading import counts
from backoffice.kernel.transfers.services import upload_undo
from backoffice.kernel.transfers.services.undoing import upload_undo_plan
from orders.models import Order, OrderLine, Return, ReturnReason
from orders.services.notes import order_note_add
from orders.services.returns import return_create
from orders.tests.order_files import RETAIL, mugs, order, upload
from products.models import Product, Variant

pytestmark = pytest.mark.django_db

TINS = RETAIL.replace("MUG-RED,RED MUG", "TIN-1,A TIN")


def undo(done):
    undone, job = upload_undo(upload=done, user=None, here=True)
    return undone, job


def broken():
    return [finding for findings in integrity_check().findings.values() for finding in findings]


def test_everything_returns_to_what_it_was():
    mugs()
    before = snapshot()
    done = upload(TINS, unknown_sku="create")

    undone, job = undo(done)

    # Numbers that were given out are not given out again.
    assert set(differences(before, snapshot())) == {"orders.NumberCounter"}
    assert (undone.state, job.state, job.result["conflicts"]) == ("undone", "succeeded", 0)
    assert broken() == []
    assert counts(upload(TINS, unknown_sku="create")) == {"rows": 6, "created": 6}


def test_an_order_with_a_note_stays_whole_and_is_named():
    mugs()
    done = upload(TINS, unknown_sku="create")
    with audit(user=SuperuserFactory()):
        order_note_add(order=order("700001"), text="Asked about it", author=None)
    there = list(order("700001").lines.values_list("pk", "returned"))

    plan = upload_undo_plan(upload=done)
    _, job = undo(done)

    assert job.state == "succeeded", job.error
    assert list(order("700001").lines.values_list("pk", "returned")) == there
    assert Return.objects.get().lines.count() == 1
    assert set(Order.objects.values_list("external_reference", flat=True)) == {"700001"}
    # What it sold stays too.
    assert list(Variant.objects.filter(sku="TIN-1").values_list("product__status", flat=True)) == ["archived"]
    stays = [(row["model"], row["name"], row["reason"]) for row in job.result["conflict_list"]]
    assert ("return line", "4 × MUG-BLUE", "Still used by order notes.") in stays
    assert ("order", order("700001").number, "Still used by returns.") in stays
    # Which of several reasons is named first depends on what is gone already; what stays does not.
    planned = sorted((conflict.model, conflict.name) for conflict in plan.conflicts)
    assert planned == sorted((model, name) for model, name, _ in stays)
    assert plan.conflict_total == job.result["conflicts"]
    assert broken() == []


def test_an_order_that_got_another_return_stays_whole():
    mugs()
    done = upload(RETAIL)
    reason = ReturnReason.objects.get(code="other")
    with audit(user=SuperuserFactory()):
        line = OrderLine.objects.get(order=order("700001"), sku="MUG-RED")
        return_create(order=order("700001"), lines=[(line, 1)], reason=reason)

    _, job = undo(done)

    assert job.state == "succeeded", job.error
    assert order("700001").lines.count() == 2
    assert Return.objects.count() == 2
    assert broken() == []


def test_returns_of_earlier_orders_come_off_them():
    mugs()
    head = RETAIL.strip().splitlines()[0]
    upload(RETAIL.split("    C700003")[0])
    before = snapshot()
    done = upload(f"{head}\nC700003,MUG-BLUE,BLUE MUG,-4,2024-03-02 10:00:00,2.55,20001.0,Germany\n")
    assert order("700001").fulfilment_status == "partially_returned"

    _, job = undo(done)

    assert job.state == "succeeded", job.error
    assert set(differences(before, snapshot())) == {"orders.NumberCounter"}
    assert order("700001").fulfilment_status == "delivered"
    assert broken() == []


def test_a_return_stays_on_an_order_that_went_on_since():
    mugs()
    head = RETAIL.strip().splitlines()[0]
    upload(RETAIL.split("    C700003")[0])
    first = upload(f"{head}\nC700003,MUG-BLUE,BLUE MUG,-4,2024-03-02 10:00:00,2.55,20001.0,Germany\n")
    upload(f"{head}\nC700005,MUG-BLUE,BLUE MUG,-2,2024-03-03 10:00:00,2.55,20001.0,Germany\n")
    before = snapshot()

    plan = upload_undo_plan(upload=first)
    _, job = undo(first)

    assert [(conflict.name, conflict.reason) for conflict in plan.conflicts][:1] == [
        (order("700001").number, "It went on since.")
    ]
    assert job.state == "failed"
    assert job.error == f"{order('700001').number}: It went on since. Returns come off an order whole or not at all."
    assert differences(before, snapshot()) == {}


def test_products_that_others_use_stay():
    mugs()
    first = upload(TINS, unknown_sku="create")
    second = upload(TINS.replace("70000", "80000"), unknown_sku="create")

    undo(first)

    assert Product.objects.get(variants__sku="TIN-1").status == "archived"
    assert set(Order.objects.values_list("external_reference", flat=True)) == {"800001", "800002", "C800004"}
    _, job = undo(second)
    assert job.state == "succeeded", job.error
    assert Order.objects.count() == 0
    assert broken() == []
