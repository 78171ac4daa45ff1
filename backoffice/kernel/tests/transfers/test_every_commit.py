"""The process ends, and perhaps somebody presses Stop then, right after any commit of an upload's life: it ends as it should.

Each window is tried with goods of its own: commits are counted from the first one that a step makes on.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from itertools import count

import pytest
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils import timezone

from backoffice.integrity import integrity_check
from backoffice.kernel.jobs.models import Job
from backoffice.kernel.jobs.services import HEARTBEAT_TIMEOUT, job_run, jobs_requeue_stale
from backoffice.kernel.states.machine import TransitionRefused
from backoffice.kernel.tests.transfers.uploading import applied, counts, planned
from backoffice.kernel.transfers import staging
from backoffice.kernel.transfers.models import Upload
from backoffice.kernel.transfers.services import (
    taking_back,
    upload_apply,
    upload_cancel,
    upload_create,
    upload_plan,
    upload_undo,
)
from products.models import Stock, Variant

pytestmark = pytest.mark.django_db(transaction=True)

# Each step has more windows than this, and fewer than that.
LEAST, MOST = 8, 60


class Killed(BaseException):
    """Stands for the end of the process: nothing catches it."""


@pytest.fixture(autouse=True)
def short_work(shop, monkeypatch):
    monkeypatch.setattr(staging, "CHUNK_ROWS", 2)
    monkeypatch.setattr(taking_back, "WAIT_SECONDS", 0)


@contextmanager
def ended_after(commit: int) -> Iterator[Callable[[], bool]]:
    """End the process after so many commits; say whether it came to that."""
    original, made = BaseDatabaseWrapper.commit, []

    def told() -> None:
        made.append(1)
        if len(made) == commit:
            raise Killed

    def committing(self):
        original(self)
        told()

    def alone(execute, sql, params, many, context):
        done = execute(sql, params, many, context)
        if not connection.in_atomic_block and sql.startswith(("INSERT", "UPDATE", "DELETE")):
            told()
        return done

    with pytest.MonkeyPatch.context() as patch, connection.execute_wrapper(alone), suppress(Killed):
        patch.setattr(BaseDatabaseWrapper, "commit", committing)
        yield lambda: len(made) >= commit


def rescued() -> None:
    """Find the dead, and have all that is queued done."""
    for _ in range(20):
        Job.objects.filter(state="running").update(heartbeat_at=timezone.now() - 2 * HEARTBEAT_TIMEOUT)
        jobs_requeue_stale()
        queued = list(Job.objects.filter(state="queued").order_by("pk").values_list("pk", flat=True))
        if not queued:
            return
        for job in queued:
            job_run(job_id=job)
    raise AssertionError("It never ends.")


def windows(step: Callable[[Upload], object], begin: Callable[[int], Upload], *, stop: bool) -> Iterator[Upload]:
    """Yield an upload per window: cut off, stopped where asked to, rescued, and asked for the step again.

    Of the windows in which somebody presses Stop, every other one is tried.
    """
    for commit in count(1, 2 if stop else 1):
        upload = begin(commit)
        with ended_after(commit) as came_to_it:
            step(latest(upload))
        if not came_to_it():
            break
        assert commit < MOST
        if stop:
            with suppress(TransitionRefused):
                upload_cancel(upload=latest(upload))
        rescued()
        if not stop:
            step(latest(upload))
            rescued()
        yield latest(upload)
    assert commit > LEAST
    assert [finding for found in integrity_check().findings.values() for finding in found] == []


def latest(upload: Upload) -> Upload:
    return Upload.objects.get(pk=upload.pk)


def rows(number: int) -> str:
    lines = [f"h{number}-{n},S{number}-{n},Thing,{n + 1},2" for n in range(4)]
    return "\n".join(["handle,sku,name,price,stock", *lines])


def fresh(number: int) -> Upload:
    return upload_create(kind="products", content=rows(number).encode(), name=f"{number}.csv")


def ready(number: int) -> Upload:
    return planned(rows(number), name=f"{number}.csv")


def spoiled(number: int) -> Upload:
    """A plan of which the second chunk cannot be applied any more."""
    upload = ready(number)
    applied(f"handle,sku,name,price\nother{number},S{number}-2,Other,1\n")
    return upload


def done(number: int) -> Upload:
    return applied(rows(number), name=f"{number}.csv")


def check(upload: Upload) -> None:
    if upload.state == "mapped":
        upload_plan(upload=upload, here=True)


def apply(upload: Upload) -> None:
    if upload.state == "planned":
        upload_apply(upload=upload, here=True)


def undo(upload: Upload) -> None:
    if upload.state == "applied":
        upload_undo(upload=upload, user=None, here=True)


def there(upload: Upload) -> tuple[int, int]:
    """Return how many variants there are of the file, and how many pieces of them."""
    number = upload.name.removesuffix(".csv")
    mine = {"sku__startswith": f"S{number}-", "product__handle__startswith": f"h{number}-"}
    variants = Variant.objects.filter(**mine)
    return len(variants), sum(Stock.objects.filter(variant__in=variants).values_list("on_hand", flat=True))


@pytest.mark.parametrize("stop", [False, True])
def test_a_check(stop):
    for upload in windows(check, fresh, stop=stop):
        assert upload.state in (("cancelled",) if stop else ("planned",))
        assert upload.plan_job is None or upload.plan_job.state in ("succeeded", "cancelled")
        assert stop or counts(upload) == {"rows": 4, "created": 4}


@pytest.mark.parametrize("stop", [False, True])
def test_applying(stop):
    for upload in windows(apply, ready, stop=stop):
        if upload.state == "applied":
            assert upload.apply_job.state in (("succeeded", "cancelled") if stop else ("succeeded",))
            assert (upload.created + upload.skipped, upload.error) == (4, "")
            assert stop or upload.created == 4
            assert there(upload) == (upload.created, upload.created * 2)
            assert Variant.history.filter(history_job=upload.apply_job).count() == upload.created
        else:
            assert (upload.state, there(upload), stop) == ("cancelled", (0, 0), True)


@pytest.mark.parametrize("stop", [False, True])
def test_all_rows_or_none(stop):
    for upload in windows(apply, spoiled, stop=stop):
        if upload.state == "applied":
            assert (stop, there(upload)) == (True, (upload.created, upload.created * 2))
            continue
        assert (there(upload), Variant.objects.filter(sku=f"S{upload.name[:-4]}-2").count()) == ((0, 0), 1)
        if not stop:
            assert (upload.state, upload.apply_job.state, upload.apply_job.error) == ("failed", "failed", upload.error)
            assert upload.error.startswith("Nothing was applied. Row 4: ")


@pytest.mark.parametrize("stop", [False, True])
def test_an_undo(stop):
    for upload in windows(undo, done, stop=stop):
        if upload.state == "applied":
            # Asked for again, it goes on.
            assert stop
            undo(upload)
            rescued()
            upload.refresh_from_db()
        assert (upload.state, upload.undo_job.state, there(upload)) == ("undone", "succeeded", (0, 0))
