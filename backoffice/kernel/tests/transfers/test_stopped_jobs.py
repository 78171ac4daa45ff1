"""An upload follows its job, wherever and by whatever that was stopped."""

import pytest
from django.utils import timezone

from backoffice.kernel.jobs.models import Job
from backoffice.kernel.jobs.services import (
    HEARTBEAT_TIMEOUT,
    MAX_ATTEMPTS,
    job_cancel,
    job_claim,
    job_retry,
    job_run,
    jobs_requeue_stale,
)
from backoffice.kernel.states.machine import TransitionRefused
from backoffice.kernel.tests.transfers.snapshots import differences, snapshot
from backoffice.kernel.tests.transfers.uploading import applied, counts, errors, planned
from backoffice.kernel.transfers import staging
from backoffice.kernel.transfers.models import Upload
from backoffice.kernel.transfers.services import upload_apply, upload_cancel, upload_create, upload_plan, upload_undo
from products.models import Variant
from products.transfers.service import ProductTransfer

pytestmark = pytest.mark.django_db

ROWS = "handle,sku,name,price,stock\n" + "".join(f"thing-{n},T-{n},Thing {n},1,2\n" for n in range(6))
LEFT = [["", "", "The upload was stopped before this row."]]


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch):
    monkeypatch.setattr(staging, "CHUNK_ROWS", 2)


def latest(upload: Upload) -> Upload:
    return Upload.objects.get(pk=upload.pk)


def dies_for_good(job: Job) -> None:
    """Let the last worker die that a job is given."""
    job_claim(job_id=job.pk)
    long_ago = timezone.now() - 2 * HEARTBEAT_TIMEOUT
    Job.objects.filter(pk=job.pk).update(heartbeat_at=long_ago, attempts=MAX_ATTEMPTS)
    jobs_requeue_stale()


def fails_at_second_chunk(monkeypatch):
    """Let writing the second chunk fail; return how to mend it."""
    apply = ProductTransfer.apply

    def failing(self, changes):
        if changes[0].key == "T-2":
            raise RuntimeError("The disk is full.")
        return apply(self, changes)

    monkeypatch.setattr(ProductTransfer, "apply", failing)
    return lambda: monkeypatch.setattr(ProductTransfer, "apply", apply)


def test_stopped_before_anybody_began_to_write_it_changes_nothing_and_says_so(shop):
    upload = planned(ROWS)
    before = snapshot()
    upload_apply(upload=upload, here=False)

    upload = upload_cancel(upload=upload)

    assert (upload.state, upload.apply_job.state) == ("applied", "cancelled")
    assert counts(upload) == {"rows": 6, "skipped": 6}
    assert errors(upload) == dict.fromkeys(range(2, 8), LEFT)
    assert differences(before, snapshot()) == {}


def test_stopped_while_nobody_had_it_because_its_worker_died(shop):
    upload = planned(ROWS)
    upload_apply(upload=upload, here=False)
    job_claim(job_id=upload.apply_job_id)
    upload_cancel(upload=upload)
    assert latest(upload).state == "applying"
    Job.objects.filter(pk=upload.apply_job_id).update(heartbeat_at=timezone.now() - 2 * HEARTBEAT_TIMEOUT)
    jobs_requeue_stale()

    job_run(job_id=upload.apply_job_id)

    upload = latest(upload)
    assert (upload.state, upload.apply_job.state) == ("applied", "cancelled")
    assert counts(upload) == {"rows": 6, "skipped": 6}


def test_a_stopped_upload_that_is_run_again_stays_as_it_is(shop):
    upload = planned(ROWS)
    upload_apply(upload=upload, here=False)
    upload_cancel(upload=upload)

    assert job_retry(job=upload.apply_job) is True
    job_run(job_id=upload.apply_job_id)

    assert latest(upload).state == "applied"
    assert Variant.objects.count() == 0


def test_what_failed_half_way_can_be_run_again(shop, monkeypatch):
    upload = planned(ROWS)
    mend = fails_at_second_chunk(monkeypatch)
    upload_apply(upload=upload, here=True)
    assert (latest(upload).state, upload.apply_job.error) == ("applying", "The disk is full.")
    mend()

    job_retry(job=upload.apply_job)
    job_run(job_id=upload.apply_job_id)

    upload = latest(upload)
    assert (upload.state, counts(upload)) == ("applied", {"rows": 6, "created": 6})
    assert Variant.history.count() == 6


def test_what_failed_half_way_can_be_closed_and_taken_back(shop, monkeypatch):
    before = snapshot()
    upload = planned(ROWS)
    fails_at_second_chunk(monkeypatch)
    upload_apply(upload=upload, here=True)

    upload = upload_cancel(upload=upload)
    assert (upload.state, counts(upload)) == ("applied", {"rows": 6, "created": 2, "skipped": 4})
    assert Variant.objects.count() == 2
    upload, job = upload_undo(upload=upload, user=None, here=True)

    assert (upload.state, job.state) == ("undone", "succeeded")
    assert differences(before, snapshot()) == {}


def test_a_check_that_was_stopped_before_it_began_discards_the_upload(shop):
    upload = upload_create(kind="products", content=ROWS.encode(), name="a.csv")
    upload_plan(upload=upload, here=False)

    job_cancel(job=upload.plan_job)

    assert latest(upload).state == "cancelled"
    with pytest.raises(TransitionRefused):
        upload_apply(upload=latest(upload), here=True)


def test_discarding_what_nobody_has_begun_to_check(shop):
    upload = upload_create(kind="products", content=ROWS.encode(), name="a.csv")
    upload_plan(upload=upload, here=False)

    upload = upload_cancel(upload=upload)

    assert (upload.state, upload.plan_job.state) == ("cancelled", "cancelled")


def test_a_check_over_which_all_workers_died_fails_with_the_reason(shop):
    upload = upload_create(kind="products", content=ROWS.encode(), name="a.csv")
    job = upload_plan(upload=upload, here=False)

    dies_for_good(job)

    upload = latest(upload)
    reason = f"The worker died {MAX_ATTEMPTS} times while running this job."
    assert (upload.state, upload.error) == ("failed", f"The file could not be checked: {reason}")


def test_an_undo_that_was_stopped_can_be_asked_for_again(shop):
    before = snapshot()
    upload = applied(ROWS)
    upload, job = upload_undo(upload=upload, user=None, here=False)
    assert upload.state == "undoing"

    job_cancel(job=job)
    assert latest(upload).state == "applied"
    upload, again = upload_undo(upload=latest(upload), user=None)
    job_run(job_id=again.pk)

    assert (again.pk, latest(upload).state) == (job.pk, "undone")
    assert differences(before, snapshot()) == {}


def test_a_file_that_failed_to_apply_can_be_mapped_and_applied_anew(shop):
    applied("sku,name,price\nA,Mug,10\n")
    upload = planned("sku,price\nA,11\n")
    Variant.objects.filter(sku="A").update(price="5")
    upload_apply(upload=upload, here=True)
    first = latest(upload).apply_job
    assert (latest(upload).state, first.state) == ("failed", "failed")

    upload = planned_again(latest(upload))
    upload_apply(upload=upload, here=True)

    upload = latest(upload)
    assert (upload.state, counts(upload)) == ("applied", {"rows": 1, "updated": 1})
    assert upload.apply_job != first
    assert str(Variant.objects.get(sku="A").price) == "11.00"


def planned_again(upload: Upload) -> Upload:
    from backoffice.kernel.transfers.services import upload_read_again

    upload_read_again(upload=upload)
    upload_plan(upload=upload, here=True)
    return latest(upload)
