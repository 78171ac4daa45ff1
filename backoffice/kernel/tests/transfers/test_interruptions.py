"""Work that is cut off goes on where it was, and ends as if nothing had happened."""

import pytest

from backoffice.kernel.jobs.context import JobContext
from backoffice.kernel.jobs.models import Job
from backoffice.kernel.jobs.services import job_cancel, job_retry, job_run, running
from backoffice.kernel.tests.transfers.snapshots import differences, snapshot
from backoffice.kernel.tests.transfers.uploading import applied, counts, planned
from backoffice.kernel.transfers import staging
from backoffice.kernel.transfers.models import Upload
from backoffice.kernel.transfers.services import upload_apply, upload_create, upload_map, upload_plan
from products.models import Product, Stock, StockMovement, Variant

pytestmark = pytest.mark.django_db

ROWS = "handle,sku,name,price,stock\n" + "".join(
    f"thing-{n // 2},T-{n},Thing {n // 2},{n + 1},{n + 1}\n" for n in range(20)
)


class Killed(BaseException):
    """Stands for the end of the process: nothing catches it."""


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch):
    monkeypatch.setattr(staging, "CHUNK_ROWS", 4)


def killed_at(monkeypatch, call: int, *, before: bool):
    """Let the process die at the n-th checkpoint, just before or just after it is written."""
    checkpoint = JobContext.checkpoint
    calls = {"count": 0}

    def dying(self, **kwargs):
        calls["count"] += 1
        if calls["count"] == call and before:
            raise Killed
        checkpoint(self, **kwargs)
        if calls["count"] == call:
            raise Killed

    monkeypatch.setattr(JobContext, "checkpoint", dying)
    return lambda: monkeypatch.setattr(JobContext, "checkpoint", checkpoint)


def found_dead(job_id: int) -> None:
    """Do what the beat does with a job whose heartbeat stopped."""
    Job.objects.filter(pk=job_id).update(state="queued", run_token=None)


@pytest.mark.parametrize("call", [1, 3, 5])
@pytest.mark.parametrize("before", [True, False])
def test_a_plan_goes_on_where_it_was(shop, monkeypatch, call, before):
    upload = upload_create(kind="products", content=ROWS.encode(), name="a.csv")
    revive = killed_at(monkeypatch, call, before=before)
    with pytest.raises(Killed):
        upload_plan(upload=upload, here=True)
    revive()
    upload.refresh_from_db()
    found_dead(upload.plan_job_id)

    job_run(job_id=upload.plan_job_id)

    upload.refresh_from_db()
    assert upload.state == "planned"
    assert counts(upload) == {"rows": 20, "created": 20}
    whole = planned(ROWS)
    columns = ("number", "action", "key", "target", "diff", "errors")
    assert list(upload.staged.values_list(*columns)) == list(whole.staged.values_list(*columns))


@pytest.mark.parametrize("call", [1, 2, 5])
@pytest.mark.parametrize("before", [True, False])
def test_an_upload_is_applied_once_however_often_it_dies(shop, monkeypatch, call, before):
    upload = planned(ROWS)
    revive = killed_at(monkeypatch, call, before=before)
    with pytest.raises(Killed):
        upload_apply(upload=upload, here=True)
    revive()
    upload.refresh_from_db()
    assert upload.state == "applying"
    found_dead(upload.apply_job_id)

    job_run(job_id=upload.apply_job_id)

    upload.refresh_from_db()
    assert (upload.state, upload.error) == ("applied", "")
    assert counts(upload) == {"rows": 20, "created": 20}
    assert (Product.objects.count(), Variant.objects.count(), StockMovement.objects.count()) == (10, 20, 20)
    assert Variant.history.filter(history_job=upload.apply_job).count() == 20
    assert sum(Stock.objects.values_list("on_hand", flat=True)) == sum(range(1, 21))


def test_a_worker_that_was_thought_dead_writes_no_more(shop, monkeypatch):
    upload = planned(ROWS)
    checkpoint = JobContext.checkpoint

    def overtaken(self, **kwargs):
        # Another worker has taken the job over in the meantime.
        Job.objects.filter(pk=self.job.pk).update(run_token="00000000-0000-0000-0000-000000000001")
        checkpoint(self, **kwargs)

    monkeypatch.setattr(JobContext, "checkpoint", overtaken)
    upload_apply(upload=upload, here=True)

    assert Variant.objects.count() == 0


def test_cancelling_a_plan_discards_it(shop, monkeypatch):
    upload = upload_create(kind="products", content=ROWS.encode(), name="a.csv")
    checkpoint = JobContext.checkpoint

    def cancelled(self, **kwargs):
        job_cancel(job=self.job)
        checkpoint(self, **kwargs)

    monkeypatch.setattr(JobContext, "checkpoint", cancelled)
    upload_plan(upload=upload, here=True)

    assert (upload.state, upload.plan_job.state) == ("cancelled", "cancelled")


def test_a_stopped_upload_keeps_whole_chunks_and_says_so(shop, monkeypatch):
    upload = planned(ROWS)
    checkpoint = JobContext.checkpoint

    def cancelled(self, **kwargs):
        checkpoint(self, **kwargs)
        if kwargs["cursor"].get("after") == 9:
            job_cancel(job=self.job)

    monkeypatch.setattr(JobContext, "checkpoint", cancelled)
    upload_apply(upload=upload, here=True)

    upload = Upload.objects.get(pk=upload.pk)
    assert upload.state == "applied"
    # Stopped at the checkpoint after the one that asked for it; that chunk was rolled back.
    assert Variant.objects.count() == 8
    assert counts(upload) == {"rows": 20, "created": 8, "skipped": 12}


@pytest.mark.parametrize("call", [4, 5, 7])
@pytest.mark.parametrize("before", [True, False])
def test_taking_back_goes_on_when_it_was_cut_off(shop, monkeypatch, call, before):
    """The third chunk cannot be applied; whoever takes the first two back dies over it."""
    upload = planned(ROWS)
    applied("handle,sku,name,price\nother,T-9,Other,1\n")
    there = snapshot()
    revive = killed_at(monkeypatch, call, before=before)
    with pytest.raises(Killed):
        upload_apply(upload=upload, here=True)
    revive()
    upload.refresh_from_db()
    for job in Job.objects.filter(state="running").order_by("-pk"):
        found_dead(job.pk)

    job_run(job_id=upload.apply_job_id)

    upload.refresh_from_db()
    assert (upload.state, upload.apply_job.state) == ("failed", "failed")
    assert upload.error.startswith("Nothing was applied. Row 11: ")
    assert differences(there, snapshot()) == {}
    assert Job.objects.filter(undoes=upload.apply_job).count() <= 1


@pytest.fixture
def nobody_closes_jobs(monkeypatch):
    """Let every process die when the work is kept and its job is not closed yet; call it to let them live."""
    finish = running._finish

    def dying(job, **outcome):
        raise Killed

    monkeypatch.setattr(running, "_finish", dying)
    return lambda: monkeypatch.setattr(running, "_finish", finish)


def test_a_plan_that_was_kept_is_not_made_again(shop, nobody_closes_jobs):
    upload = upload_create(kind="products", content=ROWS.encode(), name="a.csv")
    with pytest.raises(Killed):
        upload_plan(upload=upload, here=True)
    nobody_closes_jobs()
    found_dead(upload.plan_job_id)

    job = job_run(job_id=upload.plan_job_id)

    upload.refresh_from_db()
    assert (upload.state, job.state, job.error) == ("planned", "succeeded", "")
    assert (job.done, job.total, job.result["created"]) == (20, 20, 20)


def test_a_plan_that_was_applied_in_the_meantime_is_left_alone(shop, nobody_closes_jobs):
    upload = upload_create(kind="products", content=ROWS.encode(), name="a.csv")
    with pytest.raises(Killed):
        upload_plan(upload=upload, here=True)
    nobody_closes_jobs()
    upload_apply(upload=Upload.objects.get(pk=upload.pk), here=True)
    found_dead(upload.plan_job_id)

    job = job_run(job_id=upload.plan_job_id)

    upload.refresh_from_db()
    assert (upload.state, job.state) == ("applied", "succeeded")
    assert upload.staged.count() == 20


def test_a_job_whose_file_is_checked_by_another_one_by_now_does_nothing(shop, nobody_closes_jobs):
    upload = upload_create(kind="products", content=ROWS.encode(), name="a.csv")
    with pytest.raises(Killed):
        upload_plan(upload=upload, here=True)
    nobody_closes_jobs()
    first = upload.plan_job_id
    upload = upload_map(upload=Upload.objects.get(pk=upload.pk), fields={})
    upload_plan(upload=upload, here=False)
    found_dead(first)

    assert job_run(job_id=first).state == "succeeded"

    upload.refresh_from_db()
    assert (upload.state, upload.plan_job.state, upload.staged.count()) == ("staging", "queued", 0)


def test_a_refused_file_is_refused_again(shop, nobody_closes_jobs):
    upload = upload_create(kind="products", content=b"price,stock\n1,2\n", name="a.csv")
    with pytest.raises(Killed):
        upload_plan(upload=upload, here=True)
    nobody_closes_jobs()
    found_dead(upload.plan_job_id)

    job = job_run(job_id=upload.plan_job_id)

    upload.refresh_from_db()
    assert (upload.state, job.state, job.result) == ("failed", "succeeded", {"refusal": upload.error})
    assert upload.error.startswith("No column of the file is known to hold the SKU")


def test_a_check_that_failed_goes_on_when_it_is_run_again(shop, monkeypatch):
    upload = upload_create(kind="products", content=ROWS.encode(), name="a.csv")
    checkpoint, calls = JobContext.checkpoint, []

    def failing(self, **kwargs):
        calls.append(kwargs)
        if len(calls) == 3:
            raise OSError("The disk is full.")
        checkpoint(self, **kwargs)

    monkeypatch.setattr(JobContext, "checkpoint", failing)
    upload_plan(upload=upload, here=True)
    upload.refresh_from_db()
    assert (upload.state, upload.staged.count()) == ("failed", 8)
    assert upload.error == "The file could not be checked: The disk is full."

    job_retry(job=upload.plan_job)
    job = job_run(job_id=upload.plan_job_id)

    upload.refresh_from_db()
    assert (upload.state, upload.error, job.state) == ("planned", "", "succeeded")
    assert counts(upload) == {"rows": 20, "created": 20}


def test_an_upload_that_was_taken_back_says_so_again(shop, nobody_closes_jobs, monkeypatch):
    nobody_closes_jobs()
    upload = planned(ROWS)
    applied("handle,sku,name,price\nother,T-9,Other,1\n")
    finish = running._finish

    def dying(job, **outcome):
        if job.kind == "upload_apply":
            raise Killed
        finish(job, **outcome)

    monkeypatch.setattr(running, "_finish", dying)
    with pytest.raises(Killed):
        upload_apply(upload=upload, here=True)
    monkeypatch.setattr(running, "_finish", finish)
    upload.refresh_from_db()
    found_dead(upload.apply_job_id)

    job = job_run(job_id=upload.apply_job_id)

    upload.refresh_from_db()
    assert (upload.state, job.state) == ("failed", "failed")
    assert job.error == upload.error
    assert job.error.startswith("Nothing was applied. Row 11: ")
