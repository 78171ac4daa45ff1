"""Several uploads of one file at a time, on PostgreSQL: each order is taken in once."""

from __future__ import annotations

import pytest

from backoffice.kernel.transfers.services import upload_apply
from orders.models import Order, OrderLine, Return
from orders.tests.asserts import assert_books_tie, assert_history_is_true
from orders.tests.order_files import RETAIL, mugs, plan
from orders.tests.test_order_races import at_once, outcome_of

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

UPLOADS = 6


def test_each_order_is_taken_in_once():
    mugs()
    uploads = [plan(RETAIL, on_error="skip") for _ in range(UPLOADS)]

    outcomes = at_once(
        lambda number: [outcome_of(lambda: upload_apply(upload=uploads[number], here=True))], processes=UPLOADS
    )

    assert outcomes == {"done": UPLOADS}
    for upload in uploads:
        upload.refresh_from_db()
    assert sorted((upload.state, upload.created, upload.failed) for upload in uploads) == sorted(
        [("applied", 6, 0), *[("applied", 0, 6)] * (UPLOADS - 1)]
    )
    assert (Order.objects.count(), OrderLine.objects.count(), Return.objects.count()) == (3, 4, 1)
    assert_books_tie()
    assert_history_is_true()
