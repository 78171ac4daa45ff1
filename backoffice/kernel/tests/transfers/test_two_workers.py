"""A worker that was believed dead wakes up, or another transaction is in the way: nothing is lost or told twice."""

import sqlite3
import uuid

import pytest
from django.db import IntegrityError, OperationalError, transaction

from backoffice.kernel.history.undo import applying as undo_applying
from backoffice.kernel.jobs.context import JobContext
from backoffice.kernel.jobs.models import Job
from backoffice.kernel.jobs.services import job_run, running
from backoffice.kernel.tests.transfers.uploading import applied, counts, planned
from backoffice.kernel.transfers import staging
from backoffice.kernel.transfers.models import Upload
from backoffice.kernel.transfers.reading.errors import ReadError
from backoffice.kernel.transfers.services import applying, upload_apply, upload_create, upload_plan, upload_undo
from products.models import StockMovement, Variant
from products.transfers.service import ProductTransfer

pytestmark = pytest.mark.django_db

ROWS = "handle,sku,name,price,stock\n" + "".join(f"thing-{n},T-{n},Thing {n},1,2\n" for n in range(8))


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch):
    monkeypatch.setattr(staging, "CHUNK_ROWS", 2)
    monkeypatch.setattr(running, "COLLISION_WAIT_SECONDS", 0)


def taken_over(job_id: int) -> None:
    """Let another worker have the job."""
    Job.objects.filter(pk=job_id).update(run_token=uuid.uuid4())


def locked() -> OperationalError:
    """Return what SQLite says when another process keeps it waiting for too long."""
    cause = sqlite3.OperationalError("database is locked")
    cause.sqlite_errorcode = sqlite3.SQLITE_BUSY
    error = OperationalError("database is locked")
    error.__cause__ = cause
    return error


@pytest.mark.parametrize("error", [IntegrityError("the other one has put these rows"), ReadError("x", "Damaged.")])
def test_what_goes_wrong_with_a_check_that_another_worker_has_by_now_is_not_its_end(shop, monkeypatch, error):
    upload = upload_create(kind="products", content=ROWS.encode(), name="a.csv")
    plan = ProductTransfer.plan

    def failing(self, batch):
        if batch.numbers[0] == 4:
            taken_over(Upload.objects.get(pk=upload.pk).plan_job_id)
            raise error
        return plan(self, batch)

    monkeypatch.setattr(ProductTransfer, "plan", failing)
    job = upload_plan(upload=upload, here=True)

    upload.refresh_from_db()
    assert (upload.state, upload.error, job.state) == ("staging", "", "running")


def test_who_lost_its_job_after_the_last_row_does_not_close_the_upload(shop, monkeypatch):
    upload = planned(ROWS)
    close = applying.upload_close
    monkeypatch.setattr(ProductTransfer, "follow_up", lambda self, context: taken_over(context.job.pk))

    upload_apply(upload=upload, here=True)

    upload.refresh_from_db()
    assert (upload.state, upload.apply_job.state) == ("applying", "running")
    # The other one does, and nothing was wrong with its work.
    monkeypatch.undo()
    monkeypatch.setattr(applying, "upload_close", close)
    Job.objects.filter(pk=upload.apply_job_id).update(state="queued", run_token=None)
    job = job_run(job_id=upload.apply_job_id)
    upload.refresh_from_db()
    assert (upload.state, job.state, job.error) == ("applied", "succeeded", "")
    assert counts(upload) == {"rows": 8, "created": 8}


def test_who_lost_its_undo_after_the_last_row_does_not_tell_of_it(shop, monkeypatch):
    upload = applied(ROWS)
    from backoffice.kernel.history.undo import requests

    undo_apply = requests.undo_apply

    def overtaken(job_id, context):
        result = undo_apply(job_id, context)
        taken_over(context.job.pk)
        return result

    monkeypatch.setattr(requests, "undo_apply", overtaken)
    upload, job = upload_undo(upload=upload, user=None, here=True)

    assert (upload.state, job.state) == ("undoing", "running")


@pytest.mark.parametrize("at_commit", [False, True])
def test_rows_that_somebody_else_has_locked_are_written_at_the_next_try(shop, monkeypatch, at_commit):
    """At the commit the handler has noted more than there is."""
    upload = planned(ROWS)
    fail = collides_at_third(monkeypatch, at_commit=at_commit, times=3)

    upload_apply(upload=upload, here=True)

    upload.refresh_from_db()
    assert (upload.state, upload.error, upload.apply_job.state) == ("applied", "", "succeeded")
    assert counts(upload) == {"rows": 8, "created": 8}
    assert (Variant.objects.count(), Variant.history.count(), StockMovement.objects.count()) == (8, 8, 8)
    assert (fail["times"], upload.apply_job.log.count(), upload.apply_job.attempts) == (0, 3, 1)


def test_rows_that_stay_locked_fail_the_job_where_it_can_be_run_again(shop, monkeypatch):
    upload = planned(ROWS)
    collides_at_third(monkeypatch, at_commit=False, times=1_000)

    upload_apply(upload=upload, here=True)

    upload.refresh_from_db()
    assert (upload.state, upload.apply_job.state, upload.apply_job.error) == (
        "applying", "failed", "database is locked",
    )  # fmt: skip
    assert (upload.apply_job.cursor["after"], Variant.objects.count()) == (5, 4)


def test_a_check_goes_on_as_well(shop, monkeypatch):
    upload = upload_create(kind="products", content=ROWS.encode(), name="a.csv")
    collides_at_third(monkeypatch, at_commit=False, times=2)

    job = upload_plan(upload=upload, here=True)

    upload.refresh_from_db()
    assert (upload.state, job.state, counts(upload)) == ("planned", "succeeded", {"rows": 8, "created": 8})
    assert list(upload.staged.values_list("number", flat=True)) == list(range(2, 10))


@pytest.mark.parametrize("at_commit", [False, True])
def test_an_undo_goes_on_and_counts_nothing_twice(shop, monkeypatch, at_commit):
    with transaction.atomic():
        undisturbed = upload_undo(upload=applied(ROWS), user=None, here=True)[1].result
        transaction.set_rollback(True)
    upload = applied(ROWS)
    monkeypatch.setattr(undo_applying, "CHUNK", 2)
    checkpoint, calls = JobContext.checkpoint, []

    def colliding(self, **kwargs):
        calls.append(kwargs)
        collides = len(calls) in (1, 4, 9)
        if at_commit or not collides:
            checkpoint(self, **kwargs)
        if collides:
            raise locked()

    monkeypatch.setattr(JobContext, "checkpoint", colliding)
    upload, job = upload_undo(upload=upload, user=None, here=True)

    assert (upload.state, job.state, job.log.count()) == ("undone", "succeeded", 3)
    assert job.result == undisturbed
    assert (Variant.objects.count(), Variant.history.count()) == (0, 16)


def collides_at_third(monkeypatch, *, at_commit: bool, times: int) -> dict[str, int]:
    """Let the transaction of the third chunk fail so many times."""
    checkpoint, left = JobContext.checkpoint, {"times": times}

    def colliding(self, **kwargs):
        here = kwargs["cursor"].get("after") == 7 and left["times"]
        if at_commit or not here:
            checkpoint(self, **kwargs)
        if here:
            left["times"] -= 1
            raise locked()

    monkeypatch.setattr(JobContext, "checkpoint", colliding)
    return left
