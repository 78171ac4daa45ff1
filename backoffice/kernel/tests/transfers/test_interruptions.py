"""Work that is cut off goes on where it was, and ends as if nothing had happened."""

import pytest

from backoffice.kernel.jobs.context import JobContext
from backoffice.kernel.jobs.models import Job
from backoffice.kernel.jobs.services import job_cancel, job_run
from backoffice.kernel.tests.transfers.snapshots import differences, snapshot
from backoffice.kernel.tests.transfers.uploading import applied, counts, planned
from backoffice.kernel.transfers import staging
from backoffice.kernel.transfers.models import Upload
from backoffice.kernel.transfers.services import upload_apply, upload_create, upload_plan
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
