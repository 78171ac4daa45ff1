"""Stock files that are applied at the same moment, on PostgreSQL."""

from __future__ import annotations

import random

import pytest
from django.db.models import Sum

from backoffice.kernel.tests.transfers.uploading import planned
from backoffice.kernel.transfers.services import upload_apply
from products.models import Stock
from products.tests.factories import LocationFactory, VariantFactory
from products.tests.test_stock_races import at_once

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

FILES = 6


def test_deliveries_to_the_same_new_places_are_all_added():
    LocationFactory()
    skus = [VariantFactory(sku=f"R-{number:02}").sku for number in range(40)]
    uploads = []
    for number in range(FILES):
        random.Random(number).shuffle(skus)
        lines = "".join(f"{sku},2\n" for sku in skus)
        uploads.append(planned(f"sku,quantity\n{lines}", kind="stock", choices={"quantities": "add"}))

    outcomes = at_once(lambda number: [upload_apply(upload=uploads[number], here=True).state], workers=FILES)

    assert outcomes == {"applied": FILES}
    assert set(Stock.objects.values_list("on_hand", flat=True)) == {2 * FILES}
    assert [row.moved for row in Stock.objects.annotate(moved=Sum("movements__quantity"))] == [2 * FILES] * 40
    for upload in uploads:
        upload.refresh_from_db()
        keys = set(upload.staged.values_list("object_id", flat=True))
        assert (upload.error, upload.created, keys) == ("", 40, set(Stock.objects.values_list("pk", flat=True)))
