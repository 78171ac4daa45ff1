"""An undo writes each object once, however the job's writes lie, and only the columns that have to come back."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from backoffice.kernel.history.undo import applying, undo_request
from backoffice.kernel.tests.jobs_made import job_at_work
from products.models import Variant
from products.tests.factories import ProductFactory, VariantFactory

pytestmark = pytest.mark.django_db


def test_a_row_written_in_several_chunks_is_taken_back_once(monkeypatch):
    # given chunks of 2 and writes that go three times through the same five rows
    monkeypatch.setattr(applying, "CHUNK", 2)
    variants = VariantFactory.create_batch(5, product=ProductFactory(), price=Decimal("10.00"))
    with job_at_work() as job:
        for price in ("9.00", "8.00", "7.00"):
            for variant in variants:
                variant.price = Decimal(price)
                variant.save()

    # when
    done, _ = undo_request(job=job, owner=None)

    # then
    assert (done.state, done.result["restored"], done.result["conflicts"]) == ("succeeded", 5, 0)
    assert list(Variant.objects.values_list("price", flat=True)) == [Decimal("10.00")] * 5
    assert {variant.history.filter(history_job=done.pk).count() for variant in variants} == {1}


def test_columns_that_are_what_they_were_are_not_written():
    variant = VariantFactory(price=Decimal("10.00"), title="Blue")
    with job_at_work() as job:
        variant.price = Decimal("9.00")
        variant.save()

    with CaptureQueriesContext(connection) as queries:
        undo_request(job=job, owner=None)

    updates = [query["sql"] for query in queries if query["sql"].startswith('UPDATE "products_variant"')]
    written = [part.partition(" = ")[0] for part in updates[0].partition(" SET ")[2].partition(" FROM ")[0].split(", ")]
    assert (len(updates), written) == (1, ['"price"', '"updated_at"'])
    assert Variant.objects.get().price == Decimal("10.00")
