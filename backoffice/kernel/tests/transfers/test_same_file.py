"""A file that is in the shop already is told of before it is applied once more."""

from __future__ import annotations

import pytest
from django.utils.formats import date_format
from django.utils.timezone import localtime

from backoffice.kernel.tests.admin_pages.upload_pages import member
from backoffice.kernel.tests.transfers.uploading import applied, planned
from backoffice.kernel.transfers.services import upload_undo
from products.tests.factories import VariantFactory

pytestmark = pytest.mark.django_db

DELIVERY = "sku,location,quantity\nA-1,main,10\n"
PRICES = "sku,price\nA-1,7.50\n"


@pytest.fixture
def variant(main):
    return VariantFactory(sku="A-1")


def told(upload):
    return [text for text in upload.warnings if text.startswith("The very same file")]


def test_what_would_be_added_twice_is_warned_of(variant):
    first = applied(DELIVERY, kind="stock", name="delivery.csv", choices={"quantities": "add"})

    second = planned(DELIVERY, kind="stock", name="copy.csv", choices={"quantities": "add"})

    when = date_format(localtime(first.applied_at), "SHORT_DATETIME_FORMAT")
    assert told(first) == []
    assert told(second) == [
        f"The very same file was applied already ({when}, “delivery.csv”). Apply it again only if that is meant."
    ]


def test_nothing_is_said_where_nothing_would_change_or_it_was_taken_back(variant):
    first = applied(PRICES, kind="prices")
    assert told(planned(PRICES, kind="prices")) == []

    upload_undo(upload=first, user=None, here=True)

    again = planned(PRICES, kind="prices")
    assert (again.updated, told(again)) == (1, [])


def test_other_files_and_other_kinds_do_not_count(variant):
    applied(DELIVERY, kind="stock", choices={"quantities": "add"})

    assert told(planned(DELIVERY.replace("10", "11"), kind="stock", choices={"quantities": "add"})) == []


def test_uploads_that_a_person_may_not_see_are_not_told_of(main):
    clerk, seller = member("Warehouse"), member("Seller")
    VariantFactory(sku="A-1", product__seller=seller.seller)
    applied(DELIVERY, kind="stock", owner=clerk, choices={"quantities": "add"})

    theirs = planned(DELIVERY, kind="stock", owner=seller, choices={"quantities": "add"})
    ours = planned(DELIVERY, kind="stock", owner=clerk, choices={"quantities": "add"})

    assert [(upload.updated, len(told(upload))) for upload in (theirs, ours)] == [(1, 0), (1, 1)]
