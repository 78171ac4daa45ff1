"""Wrong rows that come back mended: they mean what they meant in the file that they are of."""

from __future__ import annotations

import csv
import io
import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from backoffice.kernel.tests.admin_pages.upload_pages import address, member, page, sent, whole
from backoffice.kernel.transfers.models import Upload
from products.models import MovementReason, Product, Stock
from products.services.stock import StockMove, stock_move
from products.tests.factories import LocationFactory, VariantFactory
from products.tests.pictures import picture, zipped

pytestmark = pytest.mark.django_db

UNKNOWN = "Kennung;Was es ist;Verkauf;Rest\nL-1;Lampe;1.249;a\nL-2;Leuchte;wenig;b\n"


def link_of(client: Any, upload: Upload) -> str:
    """Return where an upload's page sends its mended rows."""
    found = re.search(r'href="([^"]+)">Upload the mended file', page(client, upload).content.decode())
    assert found is not None
    return found[1].replace("&amp;", "&")


def mended(client: Any, first: Upload, **cells: str) -> Upload:
    """Mend each wrong row by the same cells, and send the file as the page offers it: nothing is chosen anew."""
    rows = list(csv.reader(io.StringIO(whole(client.get(address(first, "errors"))).decode("utf-8-sig"))))
    for row in rows[1:]:
        for heading, cell in cells.items():
            row[rows[0].index(heading)] = cell
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    form = client.get(link_of(client, first)).context["form"]
    data = {bound.html_name: bound.value() or "" for bound in form if bound.name not in ("file", "pictures")}
    file = SimpleUploadedFile("mended.csv", out.getvalue().encode())
    assert client.post(link_of(client, first), {**data, "file": file}).status_code == 302
    return Upload.objects.latest("pk")


def test_mended_quantities_are_added_where_the_others_were_added(client):
    client.force_login(member("Warehouse"))
    place = LocationFactory(code="main")
    variants = [VariantFactory(sku=sku) for sku in ("A-1", "A-2")]
    stock_move(
        moves=[StockMove(variant_id=variant.pk, location_id=place.pk, quantity=5) for variant in variants],
        reason=MovementReason.OPENING,
    )
    first = sent(
        client,
        "sku,location,quantity\nA-1,main,10\nA-2,main,ten\n",
        kind="stock",
        on_error="skip",
        choice_quantities="add",
    )
    assert (first.updated, first.failed) == (1, 1)
    client.post(address(first, "apply"))

    second = mended(client, first, quantity="10")
    client.post(address(second, "apply"))

    assert (second.options["choices"]["quantities"], second.options["on_error"]) == ("add", "skip")
    assert list(Stock.objects.values_list("on_hand", flat=True)) == [15, 15]


def test_pictures_that_came_with_the_file_come_with_its_mended_rows(client):
    client.force_login(member("Catalogue editor"))
    LocationFactory(code="main")
    pictures = zipped({"red.png": picture()})
    rows = "handle,sku,name,price,images\ncup,CUP-1,Cup,cheap,red.png\n"
    first = sent(client, rows, pictures=SimpleUploadedFile("pictures.zip", pictures))
    assert (first.state, first.failed) == ("planned", 1)
    assert first.warnings == ["1 picture in the ZIP is named by no sound row: red.png"]

    second = mended(client, first, price="9.50")
    client.post(address(second, "apply"))

    assert (second.created, second.failed) == (1, 0)
    assert second.options["pictures"] == first.options["pictures"]
    assert Product.objects.get(handle="cup").images.count() == 1


def test_columns_that_were_told_by_hand_need_not_be_told_again(client):
    client.force_login(member("Catalogue editor"))
    LocationFactory(code="main")
    first = sent(client, UNKNOWN)
    chosen = {"field-0": "sku", "field-1": "name", "field-2": "price", "field-3": ""}
    client.post(address(first, "map"), chosen)
    client.post(address(first, "map"), {**chosen, "decimal_mark-2": ",", "check": "1"})
    first.refresh_from_db()
    assert (first.state, first.created, first.failed) == ("planned", 1, 1)

    second = mended(client, first, Verkauf="1.300")

    assert (second.state, second.created, second.failed) == ("planned", 1, 0)
    assert page(client, second).context["rows"][0].changes[-1] == ("Price", None, "1300.00")
    assert second.unmapped_columns == ["Rest"]


def test_the_columns_of_the_errors_file_are_never_taken_for_goods(client):
    client.force_login(member("Catalogue editor"))
    LocationFactory(code="main")

    upload = sent(client, "Kennung,Was es ist,Row number,What is wrong\nL-1,Lampe,2,Price: It is missing.\n")

    assert {match["header"]: match["field"] for match in upload.mapping["matches"]} == {
        "Kennung": "",
        "Was es ist": "",
        "Row number": "",
        "What is wrong": "",
    }


def test_a_mapping_under_a_name_is_offered_for_mended_rows_that_come_the_long_way_round(client):
    client.force_login(member("Catalogue editor"))
    LocationFactory(code="main")
    first = sent(client, UNKNOWN)
    chosen = {"field-0": "sku", "field-1": "name", "field-2": "price", "field-3": "", "name": "Lamps"}
    client.post(address(first, "keep"), chosen)

    second = sent(client, UNKNOWN.replace("Rest", "Rest;Row number;What is wrong"))

    assert [item.name for item in page(client, second).context["offered"]] == ["Lamps"]


def test_answers_are_only_taken_from_an_upload_of_the_same_kind_that_the_person_may_see(client):
    client.force_login(member("Operations lead"))
    LocationFactory(code="main")
    first = sent(client, "sku,location,quantity\nA-1,main,ten\n", kind="stock", choice_quantities="add")

    assert client.get(f"/admin/kernel/upload/add/?kind=products&mends={first.pk}").context["mended"] is None
    client.force_login(member("Seller"))
    assert client.get(f"/admin/kernel/upload/add/?kind=stock&mends={first.pk}").context["mended"] is None
    for wrong in ("x", "²", "9" * 40):
        assert client.get(f"/admin/kernel/upload/add/?kind=stock&mends={wrong}").context["mended"] is None
