"""An undo is undone, stopped, asked for again: the upload is applied or undone, and says so."""

import pytest

from backoffice.kernel.history.undo import UndoRefused, applying, undo_request
from backoffice.kernel.jobs.models import Job
from backoffice.kernel.jobs.services import job_cancel, job_retry, job_run
from backoffice.kernel.tests.transfers.snapshots import differences, snapshot
from backoffice.kernel.tests.transfers.stopping import stopped_undo
from backoffice.kernel.tests.transfers.uploading import applied
from backoffice.kernel.transfers.models import Upload
from backoffice.kernel.transfers.services import upload_undo
from products.models import Variant

pytestmark = pytest.mark.django_db

ROWS = "handle,sku,name,price,stock\n" + "".join(f"thing-{n},T-{n},Thing {n},1,2\n" for n in range(6))


def latest(upload: Upload) -> Upload:
    return Upload.objects.get(pk=upload.pk)


def test_brought_back_by_undoing_its_undo_the_upload_is_applied_and_can_be_undone_anew(shop):
    before = snapshot()
    upload = applied(ROWS)
    there = snapshot()
    upload, undo = upload_undo(upload=upload, user=None, here=True)

    undo_request(job=undo, owner=None)

    upload = latest(upload)
    assert (upload.state, upload.undo_job, upload.undone_at) == ("applied", None, None)
    assert differences(there, snapshot()) == {}
    upload, again = upload_undo(upload=upload, user=None, here=True)
    assert (upload.state, again.state, again != undo) == ("undone", "succeeded", True)
    assert differences(before, snapshot()) == {}


def test_of_an_upload_of_which_nothing_came_back_it_is_said_that_it_is_undone(shop):
    """Customers that are gone are not made again: history does not hold their log-ins."""
    upload = applied("email,first_name,last_name\nann@example.com,Ann,Lee\n", kind="customers")
    upload, undo = upload_undo(upload=upload, user=None, here=True)

    redo, _ = undo_request(job=undo, owner=None)

    assert (redo.state, redo.result["conflicts"], latest(upload).state) == ("succeeded", 2, "undone")


def test_undone_three_times_over_the_upload_is_undone(shop):
    upload = applied(ROWS)
    _, undo = upload_undo(upload=upload, user=None, here=True)
    redo, _ = undo_request(job=undo, owner=None)

    last, _ = undo_request(job=redo, owner=None)

    assert (latest(upload).state, latest(upload).undo_job) == ("undone", last)
    assert Variant.objects.count() == 0


def test_a_stopped_undo_is_finished_before_it_is_undone(shop, monkeypatch):
    upload = applied(ROWS)
    there = snapshot()
    undo = stopped_undo(monkeypatch, upload.apply_job)

    with pytest.raises(UndoRefused, match="did not get to its end"):
        undo_request(job=undo, owner=None)

    job_retry(job=undo)
    assert (job_run(job_id=undo.pk).state, latest(upload).state) == ("succeeded", "undone")
    undo_request(job=undo, owner=None)
    assert (latest(upload).state, differences(there, snapshot())) == ("applied", {})


def test_a_stopped_undo_of_an_undo_goes_on(shop, monkeypatch):
    upload = applied(ROWS)
    upload, undo = upload_undo(upload=upload, user=None, here=True)
    recreate, calls = applying.recreate_rows, []

    def stopping(table, due):
        calls.append(due)
        if len(calls) == 3:
            job_cancel(job=Job.objects.get(undoes=undo))
        return recreate(table, due)

    monkeypatch.setattr(applying, "CHUNK", 1)
    monkeypatch.setattr(applying, "recreate_rows", stopping)
    redo, _ = undo_request(job=undo, owner=None)
    assert (redo.state, latest(upload).state) == ("cancelled", "undone")

    with pytest.raises(UndoRefused, match="This job was undone before"):
        undo_request(job=upload.apply_job, owner=None)

    monkeypatch.setattr(applying, "recreate_rows", recreate)
    again, _ = undo_request(job=undo, owner=None)
    job_run(job_id=again.pk)
    assert (again, latest(upload).state, Variant.objects.count()) == (redo, "applied", 6)


def test_a_small_undo_that_was_stopped_is_done_at_once_when_it_is_asked_for_again(shop):
    before = snapshot()
    upload, job = upload_undo(upload=applied(ROWS), user=None, here=False)
    job_cancel(job=job)

    upload, again = upload_undo(upload=latest(upload), user=None)

    assert (upload.state, again.state, again) == ("undone", "succeeded", job)
    assert differences(before, snapshot()) == {}
