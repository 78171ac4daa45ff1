"""What is left of an upload: its way back, its place in lists and histories, its file, its wrong rows."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from django.urls import reverse

from backoffice.kernel.files.models import FileAccess
from backoffice.kernel.files.services import file_path
from backoffice.kernel.history.context import audit
from backoffice.kernel.tests.admin_pages.upload_pages import CUPS, HEADINGS, LIST, address, member, page, said, sent
from backoffice.kernel.transfers.exports.xlsx_stream import xlsx_pieces
from backoffice.kernel.transfers.models import Upload
from products.models import Product, Variant
from products.tests.factories import LocationFactory

pytestmark = pytest.mark.django_db

WRONG = f"{HEADINGS},note\ncup,CUP-1,Cup,9.50,a\nmug,MUG-1,Mug,cheap,b\ncan,CAN-1,Can,3.00,c\njug,JUG-1,Jug,,d\n"


@pytest.fixture(autouse=True)
def editor(client, db):
    user = member("Catalogue editor")
    LocationFactory(code="main")
    client.force_login(user)
    return user


@pytest.fixture
def applied(client) -> Upload:
    upload = sent(client, CUPS)
    client.post(address(upload, "apply"))
    upload.refresh_from_db()
    assert upload.state == "applied"
    return upload


def whole(response: Any) -> bytes:
    assert response.status_code == 200
    return b"".join(response.streaming_content)


def table(content: bytes) -> list[list[str]]:
    """Read a CSV file."""
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


# The way back -----------------------------------------------------------------------------------------


def test_the_undo_says_first_what_goes_and_what_stays(client, applied):
    cup = Variant.objects.get(sku="CUP-1")
    with audit(user=member("Operations lead")):
        cup.title = "Touched"
        cup.save()

    shown = client.get(address(applied, "undo"))

    assert {str(entry.model._meta.verbose_name): entry.deletes for entry in shown.context["plan"].models} == {
        "variant": 1,
        "product": 1,
        "seller": 0,
    }
    assert {(entry.model, entry.name) for entry in shown.context["plan"].conflicts} == {
        ("variant", "CUP-1 Touched"),
        ("product", "Cup"),
        ("seller", "Demo Shop"),
    }
    assert Variant.objects.count() == 2


def test_after_an_undo_the_page_tells_who_did_it_and_what_stayed(client, editor, applied):
    cup = Variant.objects.get(sku="CUP-1")
    with audit(user=member("Operations lead")):
        cup.title = "Touched"
        cup.save()

    client.post(address(applied, "undo"))

    applied.refresh_from_db()
    shown = page(client, applied)
    assert applied.state == "undone"
    assert shown.context["told"][0].startswith(f"Undone by {editor} on ")
    assert [entry["name"] for entry in shown.context["stayed"]] == ["Cup", "Demo Shop", "CUP-1 Touched"]
    assert list(Variant.objects.values_list("sku", flat=True)) == ["CUP-1"]


def test_what_was_never_applied_is_not_undone(client):
    upload = sent(client, CUPS)

    for method in (client.get, client.post):
        response = method(address(upload, "undo"))
        assert response.status_code == 302
        assert "nothing to undo" in said(response)[-1]
    upload.refresh_from_db()
    assert upload.state == "planned"


def test_who_may_not_upload_the_kind_does_not_undo_it(client, applied):
    client.force_login(member("Auditor"))

    assert client.get(address(applied)).status_code == 200
    assert client.get(address(applied, "undo")).status_code == 403
    assert client.post(address(applied, "undo")).status_code == 403
    applied.refresh_from_db()
    assert (applied.state, Variant.objects.count()) == ("applied", 2)


# Lists and histories ----------------------------------------------------------------------------------


def test_the_list_tells_who_what_and_how_it_ended(client, editor, applied):
    client.post(address(applied, "undo"))
    sent(client, WRONG)

    response = client.get(LIST)

    admin = response.context["cl"].model_admin
    newest, oldest = response.context["cl"].result_list
    assert (admin.kind_shown(newest), admin.mapping_shown(newest)) == ("Products", "by names")
    assert admin.counts(newest).startswith("2 new, 2 wrong")
    assert f"{editor}" in admin.state_badge(oldest)
    assert "Undone" in admin.state_badge(oldest)
    assert reverse("file", args=[oldest.file_id]) in admin.download(oldest)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"kind": "products"}, True),
        ({"kind": "prices"}, False),
        ({"state__exact": "applied"}, True),
        ({"state__exact": "awaiting_approval"}, False),
        ({"q": "goods"}, True),
        ({"q": "other"}, False),
        ({"created_at__gte": "2000-01-01 00:00:00+00:00"}, True),
        ({"created_at__lt": "2000-01-01 00:00:00+00:00"}, False),
    ],
)
def test_the_list_is_narrowed_by_kind_state_name_and_date(client, applied, query, found):
    listed = client.get(LIST, query)

    assert list(listed.context["cl"].result_list) == ([applied] if found else [])


def test_the_list_is_narrowed_by_owner(client, editor, applied):
    client.force_login(member("Operations lead"))
    other = sent(client, CUPS)

    assert list(client.get(LIST, {"owner__id__exact": editor.pk}).context["cl"].result_list) == [applied]
    assert set(client.get(LIST).context["cl"].result_list) == {applied, other}


def test_an_objects_history_leads_to_the_upload_for_those_who_may_see_it(client, applied):
    product = Product.objects.get(handle="cup")
    history = reverse("admin:products_product_history", args=[product.pk])
    link = f'href="{address(applied)}"'
    seen = {}
    for role in ("Catalogue editor", "Operations lead", "Auditor", "Order desk"):
        client.force_login(member(role))
        seen[role] = link in client.get(history).content.decode()

    assert seen == {"Catalogue editor": True, "Operations lead": True, "Auditor": True, "Order desk": False}
    assert "Upload goods.csv" not in client.get(history).content.decode().replace("“Upload goods.csv”", "")


def test_news_of_a_finished_job_leads_to_the_upload(client, applied):
    known = f"{applied.plan_job_id},{applied.apply_job_id}"

    jobs = client.get(reverse("admin:kernel_job_mine"), {"known": known}).json()["jobs"]

    assert {job["url"] for job in jobs} == {address(applied)}
    assert (
        address(applied) in client.get(reverse("admin:kernel_job_change", args=[applied.apply_job_id])).content.decode()
    )


# The file ---------------------------------------------------------------------------------------------


def test_the_file_is_handed_out_to_those_who_see_the_upload_and_each_time_is_noted(client, editor, applied):
    url = reverse("file", args=[applied.file_id])

    assert whole(client.get(url)) == CUPS.encode()

    assert [(access.file_id, access.user) for access in FileAccess.objects.all()] == [(applied.file_id, editor)]
    client.force_login(member("Auditor"))
    assert whole(client.get(url)) == CUPS.encode()
    for role in ("Order desk", "Seller"):
        client.force_login(member(role))
        assert client.get(url).status_code == 404, role
    assert FileAccess.objects.count() == 2


# The wrong rows ---------------------------------------------------------------------------------------


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
