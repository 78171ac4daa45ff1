"""Pictures through the doors: the page for a new upload and the command line, in one ZIP or beside the file."""

from __future__ import annotations

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.core.management.base import CommandError
from django.urls import reverse

from accounts.tests.factories import SellerFactory
from backoffice.kernel.files.models import StoredFile
from backoffice.kernel.tests.transfers.uploading import applied, counts, planned
from backoffice.kernel.transfers.models import Upload
from backoffice.kernel.transfers.services import upload_apply
from products.models import Product, ProductImage
from products.tests.factories import LocationFactory, TaxClassFactory
from products.tests.pictures import packed, picture, zipped

pytestmark = pytest.mark.django_db

MUG = b"handle,sku,name,price,images\nmug,M-1,Mug,9.90,front.png\n"
FRONT = packed(front__png=picture("red"))
WHOLE = zipped({"goods/mugs.csv": MUG, "goods/front.png": picture("red")})


@pytest.fixture(autouse=True)
def shop():
    TaxClassFactory()
    LocationFactory()
    SellerFactory(code="north")


def names() -> list[str]:
    return list(ProductImage.objects.values_list("file__name", flat=True))


def test_one_zip_holds_the_file_and_its_pictures():
    upload = applied(WHOLE, name="all.zip")

    assert (upload.name, upload.options["pictures"]["name"]) == ("mugs.csv", "pictures.zip")
    assert (counts(upload), names()) == ({"rows": 1, "created": 1}, ["front.png"])
    assert StoredFile.objects.get(pk=upload.options["pictures"]["file"]).purpose == "upload_pictures"


@pytest.mark.parametrize(
    ("content", "pictures", "reason"),
    [
        (packed(a__png=b"x"), None, "The ZIP holds no table."),
        (packed(a__csv=MUG, b__csv=MUG), None, "The ZIP holds several tables: a.csv, b.csv."),
        (packed(a__csv=MUG, more__zip=FRONT), None, "The ZIP holds another archive, “more.zip”"),
        (zipped({"a.csv": MUG, "../front.png": b"x"}), None, "“../front.png” points out of the archive."),
        (WHOLE[:-30], None, "The file is damaged or incomplete."),
        (WHOLE, FRONT, "The file is a ZIP already; put all pictures into one of the two."),
        (MUG, picture(), "The pictures are not packed as a ZIP."),
        (MUG, packed(a__csv=MUG), "The ZIP of pictures holds no picture."),
        (MUG, b"", "The pictures are not packed as a ZIP."),
    ],
)
def test_what_cannot_be_unpacked_is_refused_with_the_reason(content, pictures, reason):
    upload = planned(content, name="all.zip", pictures=pictures)

    assert upload.state == "failed"
    assert upload.error.startswith(reason)
    assert (Product.objects.count(), ProductImage.objects.count()) == (0, 0)


def test_a_kind_without_pictures_takes_none():
    upload = planned("sku,price\nM-1,2\n", kind="prices", pictures=FRONT)

    assert (upload.state, upload.error) == ("failed", "No pictures come with prices.")


def test_the_page_takes_pictures_beside_the_file(client, entered):
    user = entered("Administrator")
    address = reverse("admin:kernel_upload_add")
    shown = client.get(address, {"kind": "products"}).content.decode()
    assert (
        'name="pictures"' in shown,
        'name="pictures"' in client.get(address, {"kind": "prices"}).content.decode(),
    ) == (
        True,
        False,
    )

    response = client.post(
        f"{address}?kind=products",
        {
            "kind": "products",
            "mode": "upsert",
            "on_error": "stop",
            "file": SimpleUploadedFile("mugs.csv", MUG),
            "pictures": SimpleUploadedFile("photos.zip", FRONT),
        },
    )

    upload = Upload.objects.get()
    assert (response.status_code, upload.state, upload.owner) == (302, "planned", user)
    assert upload.options["pictures"]["name"] == "photos.zip"
    page = client.get(reverse("admin:kernel_upload_change", args=[upload.pk])).content.decode()
    assert "front.png" in page
    upload_apply(upload=upload, here=True)
    assert names() == ["front.png"]


def test_the_command_takes_pictures_beside_the_file(tmp_path, capsys):
    file, pictures, whole = tmp_path / "mugs.csv", tmp_path / "photos.zip", tmp_path / "all.zip"
    file.write_bytes(MUG)
    pictures.write_bytes(FRONT)
    whole.write_bytes(WHOLE)

    call_command("import_file", "products", str(file), "--pictures", str(pictures), "--apply", "--json")
    first = json.loads(capsys.readouterr().out)
    call_command("import_file", "products", str(whole), "--apply", "--json")
    again = json.loads(capsys.readouterr().out)

    assert (first["created"], first["applied"], names()) == (1, True, ["front.png"])
    assert (again["unchanged"], again["warnings"]) == (1, [])
    with pytest.raises(CommandError, match=r"There is no file .*none\.zip"):
        call_command("import_file", "products", str(file), "--pictures", str(tmp_path / "none.zip"))
