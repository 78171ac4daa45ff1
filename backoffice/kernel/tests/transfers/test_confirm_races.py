"""However many people confirm at the same moment, a plan is applied once."""

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from accounts.tests.factories import StaffFactory
from backoffice.kernel.history.context import audit
from backoffice.kernel.jobs.models import Job
from backoffice.kernel.jobs.services import job_run
from backoffice.kernel.shop.models import ShopSettings
from backoffice.kernel.states.machine import TransitionRefused
from backoffice.kernel.tests.transfers.uploading import applied, counts, planned
from backoffice.kernel.transfers import staging
from backoffice.kernel.transfers.models import Upload
from backoffice.kernel.transfers.services import (
    upload_apply,
    upload_approve,
    upload_cancel,
    upload_create,
    upload_plan,
    upload_undo,
)
from products.models import Stock, StockMovement, Variant

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

ROWS = "handle,sku,name,price,stock\n" + "".join(f"thing-{n},T-{n},Thing {n},1,2\n" for n in range(40))
PEOPLE = 6


def at_once(*works):
    """Do some things at the same moment, each on a connection of its own; count the outcomes."""
    gate = threading.Barrier(len(works))

    def run(work):
        gate.wait()
        try:
            with audit(source="tests"):
                work()
        except TransitionRefused as refusal:
            return str(refusal)
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(len(works)) as pool:
        return Counter(pool.map(run, works))


def latest(upload):
    return Upload.objects.get(pk=upload.pk)


def assert_applied_once(upload):
    upload = latest(upload)
    assert (upload.state, upload.error, counts(upload)) == ("applied", "", {"rows": 40, "created": 40})
    assert Job.objects.filter(kind="upload_apply").count() == 1
    assert (Variant.objects.count(), Variant.history.count(), StockMovement.objects.count()) == (40, 40, 40)
    assert sum(Stock.objects.values_list("on_hand", flat=True)) == 80


def test_confirmed_by_several_at_once_it_is_applied_once(shop):
    upload = planned(ROWS)

    outcomes = at_once(*[lambda: upload_apply(upload=latest(upload), here=True)] * PEOPLE)

    assert outcomes == {"done": PEOPLE}
    assert_applied_once(upload)


def test_approved_by_several_at_once_it_is_applied_once(shop):
    ShopSettings.objects.update_or_create(pk=1, defaults={"approval_rows": 10})
    upload = planned(ROWS, owner=StaffFactory(is_superuser=True))
    upload_apply(upload=upload, here=True)
    assert latest(upload).state == "awaiting_approval"
    approvers = StaffFactory.create_batch(PEOPLE, is_superuser=True)

    outcomes = at_once(
        *(lambda who=who: upload_approve(upload=latest(upload), approver=who, here=True) for who in approvers)
    )

    assert outcomes == {"done": PEOPLE}
    assert_applied_once(upload)
    assert latest(upload).approver in approvers


def test_confirmed_and_discarded_at_once_one_of_both_happens(shop):
    upload = planned(ROWS)

    outcomes = at_once(
        lambda: upload_apply(upload=latest(upload), here=True), lambda: upload_cancel(upload=latest(upload))
    )

    upload = latest(upload)
    if upload.state == "cancelled":
        assert Variant.objects.count() == 0
        assert outcomes["done"] == 1
    else:
        # Discarding came too late, or stopped it: then what is in is in and counted.
        assert upload.state == "applied"
        assert Variant.objects.count() == upload.created
        assert upload.created + upload.skipped == 40


@pytest.mark.parametrize("_time", range(4))
def test_checked_and_discarded_at_once_it_is_discarded(shop, monkeypatch, _time):
    monkeypatch.setattr(staging, "CHUNK_ROWS", 4)
    upload = upload_create(kind="products", content=ROWS.encode(), name="a.csv")
    job = upload_plan(upload=upload, here=False)

    outcomes = at_once(lambda: job_run(job_id=job.pk), lambda: upload_cancel(upload=latest(upload)))

    job.refresh_from_db()
    assert (outcomes, latest(upload).state) == ({"done": 2}, "cancelled")
    assert job.state in ("cancelled", "succeeded")


def test_undone_by_several_at_once_it_is_undone_once(shop):
    upload = applied(ROWS)

    outcomes = at_once(*[lambda: upload_undo(upload=latest(upload), user=None, here=True)] * 2)

    assert outcomes["done"] >= 1
    assert latest(upload).state == "undone"
    assert Job.objects.filter(kind="undo").count() == 1
    assert (Variant.objects.count(), Variant.history.filter(history_type="-").count()) == (0, 40)
