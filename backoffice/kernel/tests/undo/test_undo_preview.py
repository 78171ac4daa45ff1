"""What an undo would do is told at once of a small job, and found out in the background of a large one."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from accounts.tests.factories import StaffFactory
from backoffice.kernel.history.context import audit
from backoffice.kernel.history.undo import previews, undo_plan, undo_preview, undo_request
from backoffice.kernel.history.undo.registry import hooks
from backoffice.kernel.jobs.models import Job
from backoffice.kernel.jobs.services import job_run
from backoffice.kernel.tests.jobs_made import job_at_work
from products.tests.factories import VariantFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def changed(monkeypatch) -> Job:
    """A job that counts as large: it changed three variants, one of which somebody touched since."""
    monkeypatch.setattr(previews, "AT_ONCE_ROWS", 2)
    made = [VariantFactory(price=Decimal("10.00")) for _ in range(3)]
    with job_at_work() as job:
        for variant in made:
            variant.price = Decimal("8.00")
            variant.save()
    with audit(user=StaffFactory()):
        made[0].price = Decimal("7.00")
        made[0].save()
    return job


def previews_made() -> list[str]:
    return list(Job.objects.filter(kind="undo_preview").order_by("pk").values_list("state", flat=True))


def test_of_a_small_job_it_is_told_at_once(changed, monkeypatch):
    monkeypatch.setattr(previews, "AT_ONCE_ROWS", 3)

    found = undo_preview(job=changed, user=StaffFactory())

    assert (found.plan, found.job) == (undo_plan(changed.pk), None)
    assert previews_made() == []


def test_of_a_large_one_a_job_finds_it_out_once(changed):
    user = StaffFactory()

    first, second = undo_preview(job=changed, user=user), undo_preview(job=changed, user=user)

    assert (first.plan, second.plan, second.job) == (None, None, first.job)
    assert previews_made() == ["queued"]
    job_run(job_id=first.job.pk)
    known = undo_preview(job=changed, user=user)
    exact = undo_plan(changed.pk)
    assert (known.plan.models, known.plan.ledgers, known.plan.refusal) == (exact.models, exact.ledgers, "")
    # JSON keeps milliseconds.
    (stays,) = exact.conflicts
    assert known.plan.conflicts == [
        replace(stays, when=stays.when.replace(microsecond=stays.when.microsecond // 1000 * 1000))
    ]
    assert (known.plan.total, known.plan.conflict_total) == (2, 1)
    assert (known.job.phase, known.job.done, known.job.total - known.job.done) == (
        "Looking at variants",
        len(hooks()),
        1,
    )
    assert previews_made() == ["succeeded"]
    assert Job.objects.filter(undoes=changed).count() == 0


def test_each_is_told_what_they_may_see(changed):
    for user in (StaffFactory(), StaffFactory()):
        assert undo_preview(job=changed, user=user).plan is None

    assert previews_made() == ["queued", "queued"]


def test_after_a_while_the_rows_are_looked_at_anew(changed):
    user = StaffFactory()
    first = undo_preview(job=changed, user=user).job
    job_run(job_id=first.pk)
    long_ago = timezone.now() - previews.KEPT - timedelta(seconds=1)
    Job.objects.filter(pk=first.pk).update(finished_at=long_ago)

    again = undo_preview(job=changed, user=user)

    assert (again.plan, again.job.pk > first.pk) == (None, True)
    assert previews_made() == ["succeeded", "queued"]


def test_one_that_failed_says_why(changed, monkeypatch):
    user = StaffFactory()
    job = undo_preview(job=changed, user=user).job

    def broken(*_, **__):
        raise RuntimeError("The disk is full.")

    monkeypatch.setattr(previews, "undo_plan_for", broken)
    job_run(job_id=job.pk)

    found = undo_preview(job=changed, user=user)
    assert (found.plan, found.job.state, found.job.error) == (None, "failed", "The disk is full.")


def test_a_large_job_is_undone_without_being_looked_at_first(changed, monkeypatch):
    from backoffice.kernel.history.undo import requests

    monkeypatch.setattr(requests, "undo_plan", lambda _: pytest.fail("It would keep the person waiting."))

    undo, new = undo_request(job=changed, owner=StaffFactory())

    assert (new, undo.state, undo.total) == (True, "queued", None)
    job_run(job_id=undo.pk)
    undo.refresh_from_db()
    assert (undo.state, undo.result["restored"], undo.result["conflicts"]) == ("succeeded", 2, 1)
