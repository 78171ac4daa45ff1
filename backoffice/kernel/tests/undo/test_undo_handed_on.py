"""Values of which there may be one come back from the rows that have them now to those that had them."""

from __future__ import annotations

import pytest

from backoffice.kernel.history.undo import undo_request
from backoffice.kernel.tests.jobs_made import job_at_work
from products.models import Variant
from products.tests.factories import VariantFactory

pytestmark = pytest.mark.django_db


def test_a_value_that_was_handed_on_comes_back_to_the_row_that_had_it():
    # Whichever of the rows the database takes first: one must give the SKU up before the other can have it.
    first, second = VariantFactory(sku="A-1"), VariantFactory(sku="A-2")
    with job_at_work() as job:
        for variant, sku in ((first, "A-9"), (second, "A-1")):
            variant.sku = sku
            variant.save()

    done, _ = undo_request(job=job, owner=None)

    assert list(Variant.objects.order_by("pk").values_list("sku", flat=True)) == ["A-1", "A-2"]
    assert (done.state, done.result["restored"], done.result["conflicts"]) == ("succeeded", 2, 0)
