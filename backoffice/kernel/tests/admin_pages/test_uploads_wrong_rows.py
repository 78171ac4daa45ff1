"""The wrong rows of an upload: a file to mend, in the form of the one that was sent."""

from __future__ import annotations

import csv
import io

import pytest

from backoffice.kernel.files.models import FileAccess
from backoffice.kernel.files.services import file_path
from backoffice.kernel.tests.admin_pages.upload_pages import (
    WRONG,
    address,
    member,
    page,
    said,
    sent,
    whole,
)
from backoffice.kernel.transfers.exports.xlsx_stream import xlsx_pieces
from products.models import Variant
from products.tests.factories import LocationFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def editor(client, db):
    user = member("Catalogue editor")
    LocationFactory(code="main")
    client.force_login(user)
    return user


def table(content: bytes) -> list[list[str]]:
    """Read a CSV file."""
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


def test_the_wrong_rows_mended_and_uploaded_again_close_exactly_these(client):
    first = sent(client, WRONG, on_error="skip")
    client.post(address(first, "apply"))
    before = {variant.sku: variant.pk for variant in Variant.objects.all()}
    assert set(before) == {"CUP-1", "CAN-1"}

    rows = table(whole(client.get(address(first, "errors"))))

    assert rows[0] == ["handle", "sku", "name", "price", "note", "Row number", "What is wrong"]
    assert [row[:6] for row in rows[1:]] == [
        ["mug", "MUG-1", "Mug", "cheap", "b", "3"],
        ["jug", "JUG-1", "Jug", "", "d", "5"],
    ]
    assert [reason[6].split(":")[0] for reason in rows[1:]] == ["price", "price"]
    rows[1][3], rows[2][3] = "12.00", "4.00"
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    second = sent(client, out.getvalue())
    assert (second.state, second.rows, second.created, second.failed) == ("planned", 2, 2, 0)
    assert second.unmapped_columns == ["note"]
    client.post(address(second, "apply"))

    after = {variant.sku: variant.pk for variant in Variant.objects.all()}
    assert set(after) - set(before) == {"MUG-1", "JUG-1"}
    assert {sku: pk for sku, pk in after.items() if sku in before} == before
    assert Variant.history.count() == 4


def test_the_wrong_rows_of_a_workbook_come_as_a_workbook_and_are_closed_the_same_way(client):
    rows = [tuple(line.split(",")) for line in WRONG.splitlines()]
    first = sent(client, b"".join(xlsx_pieces("Goods", rows[0], [rows[1:]])), name="goods.xlsx", on_error="skip")
    client.post(address(first, "apply"))
    assert "?format=xlsx" in page(client, first).content.decode()

    response = client.get(address(first, "errors"), {"format": "xlsx"})

    assert response["Content-Disposition"] == f'attachment; filename="errors-{first.pk}.xlsx"'
    again = sent(client, whole(response), name="errors.xlsx")
    assert (again.rows, again.failed, again.dialect["format"]) == (2, 2, "xlsx")
    assert list(again.staged.order_by("number").values_list("key", flat=True)) == ["MUG-1", "JUG-1"]
    assert table(whole(client.get(address(first, "errors"))))[1][:4] == ["mug", "MUG-1", "Mug", "cheap"]


def test_the_wrong_rows_are_part_of_the_file_so_handing_them_out_is_noted(client, editor):
    upload = sent(client, WRONG)

    whole(client.get(address(upload, "errors")))

    assert [(access.file_id, access.user) for access in FileAccess.objects.all()] == [(upload.file_id, editor)]


def test_a_file_that_was_removed_is_told_of(client):
    upload = sent(client, WRONG)
    file_path(upload.file).unlink()

    assert page(client, upload).context["columns"][0].samples == []
    for response in (client.get(address(upload, "errors")), client.post(address(upload, "read"), {"delimiter": ";"})):
        assert response.status_code == 302
    assert said(response)[0] == "The uploaded file was removed, so its rows cannot be written out any more."
    assert FileAccess.objects.count() == 0


def test_there_are_no_wrong_rows_in_other_formats(client):
    upload = sent(client, WRONG)

    assert client.get(address(upload, "errors"), {"format": "pdf"}).status_code == 404
