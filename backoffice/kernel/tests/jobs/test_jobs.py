"""A job runs once however often it is delivered, and its row tells what became of it."""

from __future__ import annotations

import datetime as dt
import uuid
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import OperationalError
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from accounts.tests.factories import StaffFactory
from backoffice.kernel.jobs.context import JobContext, JobFenced
from backoffice.kernel.jobs.events import job_stopped
from backoffice.kernel.jobs.models import Job, JobState
from backoffice.kernel.jobs.registry import UnknownJobKind, job_handler
from backoffice.kernel.jobs.services import (
    HEARTBEAT_TIMEOUT,
    MAX_ATTEMPTS,
    job_cancel,
    job_claim,
    job_enqueue,
    job_retry,
    job_run,
    jobs_requeue_stale,
)
from backoffice.kernel.jobs.services.recovery import DELIVERY_TIMEOUT
from backoffice.kernel.management.commands import requeue_jobs
from backoffice.kernel.tests.jobs import handlers
from products.models import TaxClass

pytestmark = pytest.mark.django_db


def enqueue(kind: str = "test.note", **params) -> Job:
    return job_enqueue(kind=kind, params=params, title="Test work")[0]


def deliveries(job: Job) -> int:
    return sum(1 for row in DBTaskResult.objects.all() if row.args_kwargs["args"] == [job.pk])


def dies(job: Job) -> Job:
    """Claim a job as a worker that shows no sign of life any more."""
    claimed = job_claim(job_id=job.pk)
    Job.objects.filter(pk=job.pk).update(heartbeat_at=timezone.now() - HEARTBEAT_TIMEOUT - timedelta(seconds=1))
    return claimed


# Making -------------------------------------------------------------------------------------------


def test_a_job_is_delivered_with_the_row_that_it_is():
    job = enqueue(text="a")

    assert (job.state, job.params, deliveries(job)) == (JobState.QUEUED, {"text": "a"}, 1)


def test_a_job_of_an_unknown_kind_is_not_made():
    with pytest.raises(UnknownJobKind, match=r"'no\.such'"):
        job_enqueue(kind="no.such")

    assert Job.objects.count() == 0


def test_a_second_job_with_the_same_key_is_the_first():
    first, new = job_enqueue(kind="test.note", idempotency_key="k")
    second, again = job_enqueue(kind="test.note", idempotency_key="k")

    assert (new, again, second.pk, deliveries(first)) == (True, False, first.pk, 1)


def test_two_jobs_without_keys_are_two():
    assert enqueue().pk != enqueue().pk


# Running ------------------------------------------------------------------------------------------


def test_what_a_job_writes_names_job_owner_and_reason():
    owner = StaffFactory()
    job, _new = job_enqueue(kind="test.note", params={"text": "a"}, owner=owner, title="Note it")

    done = job_run(job_id=job.pk)

    row = TaxClass.objects.get(code="a").history.get()
    assert (row.history_job_id, row.history_user_id, row.history_change_reason) == (job.pk, owner.pk, "Note it")
    assert (done.state, done.result, done.attempts, done.run_token) == (JobState.SUCCEEDED, {"text": "a"}, 1, None)
    assert [line.message for line in done.log.all()] == ["working on a"]


def test_delivered_twice_it_runs_once():
    job = enqueue(text="a")
    job_run(job_id=job.pk)

    assert job_run(job_id=job.pk) is None

    assert TaxClass.objects.filter(code="a").count() == 1
    assert Job.objects.get(pk=job.pk).attempts == 1


def test_claimed_twice_the_second_gets_nothing():
    job = enqueue()

    first, second = job_claim(job_id=job.pk), job_claim(job_id=job.pk)

    assert (first.pk, second) == (job.pk, None)


def test_a_job_that_is_gone_is_not_run():
    assert job_run(job_id=4711) is None


def test_a_failure_is_recorded_with_message_and_trace():
    job = enqueue("test.fail")

    done = job_run(job_id=job.pk)

    assert (done.state, done.error) == (JobState.FAILED, "No such file.")
    assert done.finished_at is not None
    assert "ValueError: No such file." in done.log.get().message


def test_a_result_that_json_cannot_hold_is_stored_as_text(monkeypatch):
    job_handler("test.date")(lambda context: {"day": dt.date(2026, 5, 1), "pair": (1, 2)})

    done = job_run(job_id=enqueue("test.date").pk)

    assert (done.state, done.result) == (JobState.SUCCEEDED, {"day": "2026-05-01", "pair": [1, 2]})


def test_a_result_that_nothing_can_hold_fails_the_job():
    job_handler("test.object")(lambda context: {"thing": object()})

    assert job_run(job_id=enqueue("test.object").pk).state == JobState.FAILED


# Cancelling and repeating -------------------------------------------------------------------------


def test_a_queued_job_is_cancelled_at_once():
    job = enqueue(text="a")

    assert job_cancel(job=job) is True

    job.refresh_from_db()
    assert job.state == JobState.CANCELLED
    assert job_run(job_id=job.pk) is None
    assert TaxClass.objects.count() == 0


def test_a_running_job_stops_at_its_next_checkpoint():
    job = enqueue("test.count", to=5)
    stopped_at = 2
    original = JobContext.checkpoint

    def checkpoint(self, *, cursor, done=None):
        if done == stopped_at:
            job_cancel(job=self.job)
        original(self, cursor=cursor, done=done)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(JobContext, "checkpoint", checkpoint)
        done = job_run(job_id=job.pk)

    assert (done.state, done.done, done.result) == (JobState.CANCELLED, stopped_at, {})


def test_a_finished_job_is_not_cancelled():
    job = enqueue()
    job_run(job_id=job.pk)

    assert job_cancel(job=job) is False

    job.refresh_from_db()
    assert (job.state, job.cancel_requested) == (JobState.SUCCEEDED, False)


def test_a_repeated_job_goes_on_from_its_cursor():
    job = enqueue("test.count", to=5)
    Job.objects.filter(pk=job.pk).update(state=JobState.FAILED, cursor={"at": 3}, done=3, attempts=MAX_ATTEMPTS)

    assert job_retry(job=job) is True

    assert deliveries(job) == 2
    done = job_run(job_id=job.pk)
    assert (done.state, done.done, done.result, done.attempts) == (JobState.SUCCEEDED, 5, {"counted": 5}, 1)


@pytest.mark.parametrize("state", [JobState.QUEUED, JobState.SUCCEEDED])
def test_a_job_that_did_not_fail_is_not_repeated(state):
    job = enqueue()
    Job.objects.filter(pk=job.pk).update(state=state)

    assert job_retry(job=job) is False
    assert deliveries(job) == 1


# Dead workers -------------------------------------------------------------------------------------


def test_a_job_whose_worker_died_is_delivered_again_and_done():
    job = enqueue(text="a")
    dies(job)

    assert jobs_requeue_stale() == [job.pk]

    job.refresh_from_db()
    assert (job.state, job.run_token, deliveries(job)) == (JobState.QUEUED, None, 2)
    done = job_run(job_id=job.pk)
    assert (done.state, done.attempts) == (JobState.SUCCEEDED, 2)


def test_a_living_job_is_left_alone():
    job = enqueue()
    job_claim(job_id=job.pk)

    assert jobs_requeue_stale() == []
    assert job_run(job_id=job.pk) is None


def test_two_beats_deliver_a_dead_job_once():
    job = enqueue()
    dies(job)

    assert (jobs_requeue_stale(), jobs_requeue_stale()) == ([job.pk], [])


def test_a_worker_that_was_thought_dead_may_not_write_any_more():
    # given a worker that only slept, and another that took over
    job = enqueue("test.count", to=5)
    slow = JobContext(dies(job))
    jobs_requeue_stale()
    quick = job_claim(job_id=job.pk)

    # when, then
    with pytest.raises(JobFenced):
        slow.checkpoint(cursor={"at": 1}, done=1)
    with pytest.raises(JobFenced):
        slow.progress(done=1, force=True)
    job.refresh_from_db()
    assert (job.run_token, job.cursor, job.done) == (quick.run_token, {}, 0)


def test_a_fenced_worker_leaves_the_outcome_to_the_other():
    job = enqueue("test.count", to=5)
    original = JobContext.checkpoint

    def taken_over(self, *, cursor, done=None):
        Job.objects.filter(pk=self.job.pk).update(run_token=uuid.uuid4())
        original(self, cursor=cursor, done=done)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(JobContext, "checkpoint", taken_over)
        seen = job_run(job_id=job.pk)

    assert (seen.state, seen.finished_at, seen.result) == (JobState.RUNNING, None, {})


def test_a_context_fenced_by_its_heartbeat_stops():
    context = JobContext(job_claim(job_id=enqueue().pk))
    context.fenced = True

    with pytest.raises(JobFenced):
        context.raise_if_cancelled()


def test_a_beat_that_waited_for_a_checkpoint_takes_back_no_sign_of_life():
    """A beat writes the time at which its waiting for the row began; a transaction's checkpoint may be later."""
    job = job_claim(job_id=enqueue().pk)
    began = timezone.now() - timedelta(seconds=5)

    for write in (JobContext(job).raise_if_cancelled, JobContext(job).fence):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(timezone, "now", lambda: began)
            write()

    heartbeat = Job.objects.get(pk=job.pk).heartbeat_at
    assert (began < job.heartbeat_at, heartbeat) == (True, job.heartbeat_at)


def test_a_sign_of_life_moves_the_heartbeat_on():
    job = job_claim(job_id=enqueue().pk)
    later = timezone.now() + timedelta(seconds=5)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(timezone, "now", lambda: later)
        JobContext(job).raise_if_cancelled()

    assert Job.objects.get(pk=job.pk).heartbeat_at == later


def test_a_job_that_kills_its_workers_is_given_up():
    job = enqueue()
    dies(job)
    Job.objects.filter(pk=job.pk).update(attempts=MAX_ATTEMPTS)

    assert jobs_requeue_stale() == []

    job.refresh_from_db()
    assert (job.state, job.error) == (JobState.FAILED, "The worker died 20 times while running this job.")


def test_a_job_that_cannot_be_given_up_keeps_no_other_from_its_rescue(caplog):
    given_up, dead = enqueue(text="a"), enqueue(text="b")
    for job in (given_up, dead):
        dies(job)
    Job.objects.filter(pk=given_up.pk).update(attempts=MAX_ATTEMPTS)

    def broken(sender, job, **_):
        raise ValueError("Nobody wants to hear it.")

    job_stopped.connect(broken)
    try:
        rescued = jobs_requeue_stale()
    finally:
        job_stopped.disconnect(broken)

    assert rescued == [dead.pk]
    assert f"Job {given_up.pk} could not be rescued." in caplog.text
    assert Job.objects.get(pk=given_up.pk).state == JobState.RUNNING
    jobs_requeue_stale()
    assert Job.objects.get(pk=given_up.pk).state == JobState.FAILED


def test_who_looks_again_and_again_stays_when_the_database_is_away_for_a_moment(monkeypatch, capsys):
    class Enough(Exception):
        pass

    turns = iter([OperationalError("the server is starting up"), [7], Enough])

    def looking():
        turn = next(turns)
        if isinstance(turn, list):
            return turn
        raise turn

    monkeypatch.setattr(requeue_jobs, "jobs_requeue_stale", looking)
    monkeypatch.setattr(requeue_jobs.connection, "close", lambda: None)

    with pytest.raises(Enough):
        call_command("requeue_jobs", every=0.001)

    said = capsys.readouterr()
    assert said.err == "not looked for dead workers: the server is starting up\n"
    assert said.out == "queued again: job 7\n"


def test_a_dead_job_that_should_stop_is_cancelled_not_run_again():
    job = enqueue(text="a")
    dies(job)
    Job.objects.filter(pk=job.pk).update(cancel_requested=True)
    jobs_requeue_stale()

    assert job_run(job_id=job.pk) is None

    job.refresh_from_db()
    assert (job.state, TaxClass.objects.count()) == (JobState.CANCELLED, 0)


def test_a_queued_job_whose_delivery_was_lost_is_delivered_again():
    job = enqueue()
    DBTaskResult.objects.all().delete()
    Job.objects.filter(pk=job.pk).update(delivered_at=timezone.now() - DELIVERY_TIMEOUT - timedelta(seconds=1))

    assert (jobs_requeue_stale(), jobs_requeue_stale()) == ([job.pk], [])
    assert deliveries(job) == 1


def test_a_queued_job_that_only_waits_is_not_delivered_again():
    job = enqueue()
    Job.objects.filter(pk=job.pk).update(delivered_at=timezone.now() - DELIVERY_TIMEOUT - timedelta(seconds=1))

    assert jobs_requeue_stale() == []
    assert deliveries(job) == 1


def test_the_engines_row_of_a_dead_worker_is_closed():
    job = enqueue()
    DBTaskResult.objects.update(status="RUNNING")
    dies(job)

    jobs_requeue_stale()

    assert sorted(DBTaskResult.objects.values_list("status", flat=True)) == ["FAILED", "READY"]


# The broker ---------------------------------------------------------------------------------------


def test_a_broker_is_told_after_the_commit(settings, monkeypatch, django_capture_on_commit_callbacks):
    told = []
    settings.JOBS_BROKER_URL = "memory://"
    monkeypatch.setattr("backoffice.kernel.jobs.celery_tasks.run_job.delay", told.append)

    with django_capture_on_commit_callbacks(execute=True):
        job = enqueue()
        assert told == []

    assert (told, deliveries(job)) == ([job.pk], 0)


def test_a_broker_that_is_away_leaves_the_job_to_the_beat(settings, monkeypatch, django_capture_on_commit_callbacks):
    # given
    settings.JOBS_BROKER_URL = "memory://"

    def away(job_id):
        raise ConnectionError("connection refused")

    monkeypatch.setattr("backoffice.kernel.jobs.celery_tasks.run_job.delay", away)

    # when
    with django_capture_on_commit_callbacks(execute=True):
        job = enqueue()

    # then the person saw no error, and the beat finds the job
    Job.objects.filter(pk=job.pk).update(delivered_at=timezone.now() - DELIVERY_TIMEOUT - timedelta(seconds=1))
    told = []
    monkeypatch.setattr("backoffice.kernel.jobs.celery_tasks.run_job.delay", told.append)
    with django_capture_on_commit_callbacks(execute=True):
        assert jobs_requeue_stale() == [job.pk]
    assert told == [job.pk]


def test_the_handlers_are_registered():
    assert handlers.note.__name__ == "note"
