"""Two people upload the same new goods at the same moment: each row is taken in once, nobody's file is lost over it."""

import textwrap
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from backoffice.integrity import integrity_check
from backoffice.kernel.history.context import audit
from backoffice.kernel.tests.transfers.snapshots import differences, snapshot
from backoffice.kernel.tests.transfers.test_every_kind_cut_off import CUSTOMERS, SALES
from backoffice.kernel.tests.transfers.uploading import counts, planned
from backoffice.kernel.transfers.models import Upload
from backoffice.kernel.transfers.services import upload_apply, upload_undo
from orders.tests.order_files import mugs
from products.models import Attribute, AttributeValue, Product, Stock, StockMovement, Variant

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

LINES = [f"thing-{n},T-{n},Thing {n},{n + 1},2,Size,{n}" for n in range(60)]


def file_of(lines) -> str:
    return "\n".join(["handle,sku,name,price,stock,option1_name,option1_value", *lines])


def applied_at_once(*uploads: Upload) -> list[Upload]:
    gate = threading.Barrier(len(uploads))

    def run(upload):
        gate.wait()
        try:
            with audit(source="tests"):
                upload_apply(upload=Upload.objects.get(pk=upload.pk), here=True)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(uploads)) as pool:
        list(pool.map(run, uploads))
    return [Upload.objects.get(pk=upload.pk) for upload in uploads]


@pytest.mark.parametrize("turned", [False, True])
def test_the_same_new_goods_are_made_once(shop, turned):
    other = LINES[::-1] if turned else LINES
    uploads = [planned(file_of(lines), on_error="skip") for lines in (LINES, other)]

    done = applied_at_once(*uploads)

    assert [(upload.state, upload.apply_job.state, upload.apply_job.error) for upload in done] == [
        ("applied", "succeeded", "")
    ] * 2
    assert sum(upload.created for upload in done) == 60
    assert sum(upload.failed for upload in done) == sum(upload.conflicts for upload in done) == 60
    assert (Product.objects.count(), Variant.objects.count(), StockMovement.objects.count()) == (60, 60, 60)
    assert (Attribute.objects.count(), AttributeValue.objects.count()) == (1, 60)
    assert sum(Stock.objects.values_list("on_hand", flat=True)) == 120


def test_all_rows_or_none_of_two_one_file_is_in_as_a_whole(shop):
    uploads = [planned(file_of(lines)) for lines in (LINES, LINES[::-1])]

    done = applied_at_once(*uploads)

    assert sorted(upload.state for upload in done) == ["applied", "failed"]
    (lost,) = [upload for upload in done if upload.state == "failed"]
    assert lost.error.startswith("Nothing was applied. Row ")
    assert lost.apply_job.error == lost.error
    assert (Variant.objects.count(), StockMovement.objects.count()) == (60, 60)


def turned(text: str) -> str:
    heading, *lines = textwrap.dedent(text).strip().splitlines()
    return "\n".join([heading, *reversed(lines)])


@pytest.mark.parametrize("kind", ["customers", "orders", "categories"])
def test_files_of_other_kinds_are_taken_in_once_and_undone(shop, kind):
    mugs()
    file = {"customers": CUSTOMERS, "orders": SALES, "categories": "path,slug\nA > B,b\nA > C,c\nD > E > F,f\nG,g"}[
        kind
    ]
    choices = {"unknown_sku": "create"} if kind == "orders" else {}
    alone = planned(file, kind=kind, on_error="skip")
    before = snapshot()
    uploads = [planned(text, kind=kind, on_error="skip", choices=choices) for text in (file, turned(file), file)]

    done = applied_at_once(*uploads)

    assert [(upload.state, upload.apply_job.state) for upload in done] == [("applied", "succeeded")] * 3
    # Each row by one of them, unless a file turned around means something else.
    assert 0 < sum(upload.created for upload in done) <= alone.rows
    assert integrity_findings() == []
    for upload in done:
        undone, job = upload_undo(upload=upload, user=None, here=True)
        assert (undone.state, job.state, job.result["conflicts"]) == ("undone", "succeeded", 0)
    # Numbers that were given are not given again.
    assert differences(before, snapshot()).keys() <= {"orders.NumberCounter"}
    assert integrity_findings() == []


def integrity_findings() -> list[str]:
    return [str(finding) for findings in integrity_check().findings.values() for finding in findings]


def test_changes_in_opposite_orders_are_all_made(shop):
    planned_first = planned(file_of(LINES))
    applied_at_once(planned_first)
    prices = [planned("sku,price\n" + "\n".join(f"T-{n},{n + 2}" for n in order), kind="prices", on_error="skip")
              for order in (range(60), range(59, -1, -1))]  # fmt: skip

    done = applied_at_once(*prices)

    assert [(upload.state, counts(upload)) for upload in done] == [("applied", {"rows": 60, "updated": 60})] * 2
    assert [int(price) for price in Variant.objects.order_by("pk").values_list("price", flat=True)] == list(
        range(2, 62)
    )
