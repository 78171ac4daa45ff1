"""Between two steps somebody else does something, or the process ends: the upload says what is so."""

import pytest

from backoffice.kernel.history.context import audit
from backoffice.kernel.history.undo import UndoRefused, applying, undo_request
from backoffice.kernel.jobs.models import Job
from backoffice.kernel.jobs.services import job_record_unattended, job_retry, job_run
from backoffice.kernel.tests.transfers.snapshots import differences, snapshot
from backoffice.kernel.tests.transfers.stopping import stopped_undo
from backoffice.kernel.tests.transfers.uploading import applied, counts, planned
from backoffice.kernel.transfers import staging
from backoffice.kernel.transfers.models import Upload
from backoffice.kernel.transfers.services import (
    UploadRefused,
    taking_back,
    upload_apply,
    upload_cancel,
    upload_create,
    upload_map,
    upload_plan,
    upload_read_again,
)
from products.models import Product, Variant
from products.transfers.service import ProductTransfer

pytestmark = pytest.mark.django_db

ROWS = "handle,sku,name,price,stock\n" + "".join(f"thing-{n},T-{n},Thing {n},1,2\n" for n in range(6))


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch):
    monkeypatch.setattr(staging, "CHUNK_ROWS", 2)


def latest(upload: Upload) -> Upload:
    return Upload.objects.get(pk=upload.pk)


def fails_at(monkeypatch, key: str):
    """Let writing the chunk that begins with a row fail; return how to mend it."""
    apply = ProductTransfer.apply

    def failing(self, changes):
        if changes[0].key == key:
            raise RuntimeError("The disk is full.")
        return apply(self, changes)

    monkeypatch.setattr(ProductTransfer, "apply", failing)
    return lambda: monkeypatch.setattr(ProductTransfer, "apply", apply)


def half_way(monkeypatch, key: str = "T-4") -> Upload:
    """Return an upload that failed at its third chunk and can be written by now."""
    upload = planned(ROWS)
    mend = fails_at(monkeypatch, key)
    upload_apply(upload=upload, here=True)
    mend()
    return latest(upload)


# Failed half-way ----------------------------------------------------------------------------------


def test_what_was_written_since_somebody_looked_counts_when_it_is_closed(shop, monkeypatch):
    seen = half_way(monkeypatch, "T-0")
    assert seen.apply_job.cursor == {}
    fails_at(monkeypatch, "T-4")
    job_retry(job=seen.apply_job)
    job_run(job_id=seen.apply_job_id)

    upload_cancel(upload=seen)

    assert counts(latest(seen)) == {"rows": 6, "created": 4, "skipped": 2}
    assert Variant.objects.count() == 4


def test_undone_on_its_jobs_page_the_upload_is_undone(shop, monkeypatch):
    before = snapshot()
    upload = half_way(monkeypatch)
    assert (upload.state, upload.apply_job.state) == ("applying", "failed")

    undo, _ = undo_request(job=upload.apply_job, owner=None)

    upload = latest(upload)
    assert (upload.state, upload.undo_job, undo.state) == ("undone", undo, "succeeded")
    assert counts(upload) == {"rows": 6, "created": 4, "skipped": 2}
    assert differences(before, snapshot()) == {}
    # Run again all the same, it has nothing more to do.
    job_retry(job=upload.apply_job)
    assert job_run(job_id=upload.apply_job_id).state == "succeeded"
    assert (latest(upload).state, differences(before, snapshot())) == ("undone", {})


def test_closed_after_its_job_was_undone_it_is_undone(shop, monkeypatch):
    before = snapshot()
    upload = half_way(monkeypatch)
    undo, _ = undo_request(job=upload.apply_job, owner=None)
    # Whoever was to tell of it came too early.
    Upload.objects.filter(pk=upload.pk).update(state="applying", undo_job=None)

    upload_cancel(upload=latest(upload))

    assert (latest(upload).state, latest(upload).undo_job) == ("undone", undo)
    assert differences(before, snapshot()) == {}


def test_what_was_taken_back_in_part_is_not_written_on(shop, monkeypatch):
    before = snapshot()
    upload = half_way(monkeypatch)
    undo = stopped_undo(monkeypatch, upload.apply_job)
    there = Variant.objects.count()

    job_retry(job=upload.apply_job)
    job = job_run(job_id=upload.apply_job_id)

    assert job.state == "failed"
    assert job.error.startswith("What it had done was taken back, or began to be")
    assert Variant.objects.count() == there
    again, new = undo_request(job=job, owner=None)
    job_run(job_id=again.pk)
    assert (again, new, latest(upload).state) == (undo, False, "undone")
    assert differences(before, snapshot()) == {}


# All rows or none ---------------------------------------------------------------------------------


def test_what_somebody_used_before_it_could_be_taken_back_is_owned_up_to(shop, monkeypatch):
    upload = planned(ROWS)
    applied("handle,sku,name,price\nother,T-4,Other,1\n")
    enqueue, somebody = taking_back.job_enqueue, job_record_unattended(source="tests")

    def in_use(**kwargs):
        with audit(job_id=somebody.pk):
            product = Product.objects.get(handle="thing-1")
            product.name = "Renamed"
            product.save()
        return enqueue(**kwargs)

    monkeypatch.setattr(taking_back, "job_enqueue", in_use)
    upload_apply(upload=upload, here=True)

    upload = latest(upload)
    assert upload.state == "failed"
    assert sorted(Product.objects.values_list("handle", flat=True)) == ["other", "thing-1"]
    undo = Job.objects.get(undoes=upload.apply_job)
    assert upload.error == (
        "Nothing was applied. Row 6: A variant with this SKU was made since the preview. But 1 record that it had "
        f"written stays, because somebody was at work there since: job {undo.pk}, “Take back file.csv”, names what."
    )


def test_what_was_taken_back_does_not_come_back_in_part(shop, monkeypatch):
    upload = planned(ROWS)
    applied("handle,sku,name,price\nother,T-4,Other,1\n")
    upload_apply(upload=upload, here=True)
    undo = Job.objects.get(undoes=latest(upload).apply_job)
    assert undo.state == "succeeded"

    with pytest.raises(UndoRefused, match="It took back an upload that could not be applied as a whole"):
        undo_request(job=undo, owner=None)

    assert Variant.objects.get().sku == "T-4"


@pytest.mark.parametrize("first", ["upload", "undo"])
def test_stopped_when_its_worker_had_died_while_it_took_back(shop, monkeypatch, first):
    """Both jobs are found dead, one before the other; the person has pressed Stop meanwhile."""
    upload = planned(ROWS)
    applied("handle,sku,name,price\nother,T-4,Other,1\n")
    before = snapshot()
    monkeypatch.setattr(applying, "CHUNK", 1)
    delete, calls = applying.delete_rows, []

    def dying(table, due):
        calls.append(due)
        if len(calls) == 3:
            raise SystemExit
        return delete(table, due)

    monkeypatch.setattr(applying, "delete_rows", dying)
    with pytest.raises(SystemExit):
        upload_apply(upload=upload, here=True)
    monkeypatch.setattr(applying, "delete_rows", delete)
    upload = latest(upload)
    undo = Job.objects.get(undoes=upload.apply_job)
    upload_cancel(upload=upload)
    Job.objects.filter(pk__in=[undo.pk, upload.apply_job_id]).update(state="queued", run_token=None)

    for job in sorted((undo.pk, upload.apply_job_id), reverse=first == "undo"):
        job_run(job_id=job)

    upload = latest(upload)
    assert (upload.state, upload.undo_job, Job.objects.get(pk=undo.pk).state) == ("undone", undo, "succeeded")
    assert upload.apply_job.state == "cancelled"
    assert differences(before, snapshot()) == {}


# Checked again ------------------------------------------------------------------------------------


def test_a_check_whose_rows_are_gone_does_not_go_on_behind_them(shop, monkeypatch):
    upload = upload_create(kind="products", content=ROWS.encode(), name="a.csv")
    plan = ProductTransfer.plan

    def failing(self, batch):
        if batch.numbers[0] == 6:
            raise OSError("The disk is full.")
        return plan(self, batch)

    monkeypatch.setattr(ProductTransfer, "plan", failing)
    job = upload_plan(upload=upload, here=True)
    monkeypatch.setattr(ProductTransfer, "plan", plan)
    assert (latest(upload).state, latest(upload).staged.count()) == ("failed", 4)
    # Mapped anew, which drops the rows; then read in a way that cannot be.
    upload = upload_map(upload=latest(upload), fields={})
    upload_read_again(upload=upload, dialect={"encoding": "utf-16"})
    assert latest(upload).state == "failed"

    job_retry(job=job)
    job_run(job_id=job.pk)

    upload = latest(upload)
    assert (upload.state, upload.staged.count()) == ("failed", 0)


def test_another_plan_than_the_one_that_was_looked_at_is_not_applied(shop):
    upload = planned(ROWS)
    seen = upload.plan_job_id
    # In another window it is changed and checked again.
    upload_map(upload=latest(upload), fields={}, options={"mode": "update"})
    upload_plan(upload=latest(upload), here=True)

    with pytest.raises(UploadRefused, match="This is not the plan that was shown"):
        upload_apply(upload=upload, plan=seen, here=True)

    assert latest(upload).state == "planned"
    upload_apply(upload=upload, plan=latest(upload).plan_job_id, here=True)
    assert latest(upload).state == "applied"
