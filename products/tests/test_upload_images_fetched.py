"""Pictures by address: from allowed hosts only, after the rows, and never at the rows' cost."""

from __future__ import annotations

import pytest

from accounts.tests.factories import SellerFactory
from backoffice.kernel.shop.models import ShopSettings
from backoffice.kernel.tests.transfers.uploading import applied, counts, diffs, errors, planned
from backoffice.kernel.tests.transfers_pictures.picture_server import Answer, picture_server
from products.models import ProductImage, Variant
from products.tests.factories import LocationFactory, TaxClassFactory
from products.tests.pictures import SVG, picture
from products.tests.uploads import exported
from products.transfers.pictures import loading
from products.transfers.pictures.cells import stored_stem

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def seller():
    TaxClassFactory()
    LocationFactory()
    return SellerFactory(code="north")


@pytest.fixture
def server():
    with picture_server() as found:
        found.answers |= {"/red.png": Answer(picture("red")), "/blue.png?v=1": Answer(picture("blue"))}
        yield found


@pytest.fixture
def allowed(server):
    ShopSettings.objects.update_or_create(pk=1, defaults={"image_url_hosts": f"cdn.example.com\n{server.host}"})
    return server


def file_of(*urls: str) -> str:
    return "handle,sku,name,price,images\n" + "".join(f"p{n},S-{n},Thing,1,{url}\n" for n, url in enumerate(urls))


def test_without_allowed_hosts_addresses_are_one_warning(server):
    upload = applied(file_of(server.url("/red.png"), server.url("/blue.png?v=1")))

    assert counts(upload) == {"rows": 2, "created": 2}
    told = [warning for warning in upload.warnings if "picture" in warning]
    reason = "the shop's settings allow no host for pictures by address"
    shown = f"{server.url('/red.png')}, {server.url('/blue.png?v=1')}"
    assert told == [f"2 pictures are not loaded, because {reason}: {shown}"]
    assert (server.asked, ProductImage.objects.count()) == ([], 0)


def test_they_are_fetched_when_applied_and_not_before(allowed):
    text = file_of(f"{allowed.url('/red.png')} | {allowed.url('/blue.png?v=1')}")
    upload = planned(text)
    assert (allowed.asked, diffs(upload)[2]["images"]) == (
        [],
        f"{allowed.url('/red.png')} | {allowed.url('/blue.png?v=1')}",
    )

    upload = applied(text)

    assert allowed.asked == ["/red.png", "/blue.png?v=1"]
    names = list(ProductImage.objects.values_list("file__name", flat=True))
    assert names == [f"{stored_stem(allowed.url(path))}.png" for path in ("/red.png", "/blue.png?v=1")]
    assert {row.history_job for row in ProductImage.history.all()} == {upload.apply_job}


def test_the_same_again_is_unchanged_and_asks_nobody(allowed):
    allowed.answers["/copy.png"] = Answer(picture("red"))
    text = file_of(f"{allowed.url('/red.png')}|{allowed.url('/copy.png')}")
    applied(text)
    assert ProductImage.objects.count() == 1
    asked = list(allowed.asked)

    again = applied(text)
    exported_again = applied(exported("products"))

    assert counts(again) == counts(exported_again) == {"rows": 1, "unchanged": 1}
    assert allowed.asked == asked


def test_failures_are_listed_and_lose_no_row(allowed):
    allowed.answers |= {
        "/logo.svg": Answer(SVG),
        "/short.png": Answer(picture(), announced=100_000),
        "/large.png": Answer(announced=21 * 1024 * 1024),
        "/away.png": Answer(status=302, headers={"Location": "https://cdn.example.com/red.png"}),
        "/moved.png": Answer(status=301, headers={"Location": "/red.png"}),
        "/loop.png": Answer(status=302, headers={"Location": "/loop.png"}),
    }
    paths = ["/gone.png", "/logo.svg", "/short.png", "/large.png", "/away.png", "/loop.png", "/moved.png"]

    upload = applied(file_of(*map(allowed.url, paths)))

    assert counts(upload) == {"rows": 7, "created": 7}
    assert (Variant.objects.count(), ProductImage.objects.count()) == (7, 1)
    stem = stored_stem(allowed.url("/logo.svg"))
    reasons = {
        2: "the server answers 404",
        3: f"{stem}: the file is an SVG, XML or HTML text; please upload PNG or JPEG",
        4: "the server breaks off its answer",
        5: "the file is larger than 20.0 MB",
        6: "the server sends us on to another host",
        7: "the server sends us on again and again",
    }
    assert errors(upload) == {
        number: [["images", allowed.url(paths[number - 2]), f"Not loaded, because {reason}."]]
        for number, reason in reasons.items()
    }
    listed = {warning for warning in upload.warnings if "is not loaded" in warning}
    assert listed == {
        f"1 picture is not loaded, because {reason}: {allowed.url(paths[number - 2])}"
        for number, reason in reasons.items()
    }


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("https://evil.example/a.png", "evil.example is none of the hosts that the shop's settings allow"),
        ("https://cdn.example.com:8443/a.png", "cdn.example.com is none of the hosts that the shop's settings allow"),
        ("https://cdn.example.com@evil.example/a.png", "the address holds a user's name"),
        ("ftp://cdn.example.com/a.png", "the address does not begin with https://"),
        ("data:image/png;base64", "the address does not begin with https://"),
        ("https://[cdn.example.com/a.png", "the address cannot be read"),
    ],
)
def test_other_addresses_are_told_before_anything_is_asked(allowed, url, reason):
    upload = applied(file_of(url))

    assert counts(upload) == {"rows": 1, "created": 1}
    assert f"1 picture is not loaded, because {reason}: {url}" in upload.warnings
    assert (allowed.asked, ProductImage.objects.count()) == ([], 0)


def test_a_silent_host_is_given_up(allowed, monkeypatch):
    def silent(url, *_, **__):
        asked.append(url)
        raise loading.HostSilent("it does not answer in time")

    asked: list[str] = []
    monkeypatch.setattr(loading, "fetch", silent)

    upload = applied(file_of(*(allowed.url(f"/{n}.png") for n in range(6))))

    assert counts(upload) == {"rows": 6, "created": 6}
    assert asked == [allowed.url(f"/{n}.png") for n in range(3)]
    assert errors(upload)[7][0][2] == "Not loaded, because 127.0.0.1 did not answer 3 times in a row."


def test_shopify_rows_of_pictures_are_used_in_the_first_row(allowed):
    url, other = allowed.url("/red.png"), allowed.url("/blue.png?v=1")
    head = "Handle,Title,Option1 Name,Option1 Value,Variant SKU,Variant Price,Image Src,Image Position,Image Alt Text,Variant Image\n"
    text = (
        f"{head}mug,Mug,Colour,Red,M-1,5,{other},2,Blue,\nmug,,,Blue,M-2,6,,,,{other}\nmug,,,,,,{url},1,Red | front,\n"
    )

    upload = applied(text)

    assert counts(upload) == {"rows": 3, "created": 2, "skipped": 1}
    assert errors(upload) == {4: [["", "", "Its picture is used in row 2."]]}
    found = ProductImage.objects.values_list("file__name", "alt_text", "variant__sku")
    assert list(found) == [
        (f"{stored_stem(url)}.png", "Red / front", None),
        (f"{stored_stem(other)}.png", "Blue", "M-2"),
    ]
    assert counts(applied(text)) == {"rows": 3, "unchanged": 2, "skipped": 1}
    only = f"Handle,Option1 Name,Option1 Value,Variant Price,Image Src\nmug,,,,{allowed.url('/red.png')}\n"
    assert counts(applied(only)) == {"rows": 1, "unchanged": 1}
