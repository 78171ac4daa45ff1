"""Who answers for a write when transactions are rolled back."""

from __future__ import annotations

import pytest
from django.db import transaction

from accounts.tests.factories import SellerFactory
from backoffice.kernel.history.context import MissingActor, audit, current_audit
from backoffice.kernel.jobs.models import Job

pytestmark = pytest.mark.django_db


class Undone(Exception):
    pass


def test_a_job_row_that_was_rolled_back_is_made_again():
    with audit(source="command:try"):
        with pytest.raises(Undone), transaction.atomic():  # noqa: PT012 - what is tested is the rollback
            SellerFactory()
            first = current_audit().job_id
            raise Undone
        assert not Job.objects.filter(pk=first).exists()

        seller = SellerFactory()

        job_id = seller.history.get().history_job_id
        assert Job.objects.get(pk=job_id).kind == "command:try"


def test_writes_of_one_transaction_share_their_job_row(django_assert_num_queries):
    with audit(source="command:try"), transaction.atomic():
        first = SellerFactory()
        with transaction.atomic(), django_assert_num_queries(2):
            second = SellerFactory()

    jobs = {first.history.get().history_job_id, second.history.get().history_job_id}
    assert jobs == set(Job.objects.values_list("pk", flat=True))


def test_a_job_row_made_inside_serves_the_context_around_it():
    with audit(source="command:try") as outer:
        with audit(reason="Because"):
            seller = SellerFactory()
        assert outer.job_id == seller.history.get().history_job_id
        assert seller.history.get().history_change_reason == "Because"


def test_nothing_is_written_without_somebody_to_answer_for_it():
    with audit(source=""), pytest.raises(MissingActor, match="without a user, a job or a named source"):
        current_audit().answerable()
