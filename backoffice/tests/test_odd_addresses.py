"""Addresses and forms that nobody writes by hand are answered, not failed on."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from backoffice.kernel.jobs.models import Job
from backoffice.kernel.tests.admin_pages.upload_pages import CUPS, address, member, said, sent
from backoffice.kernel.transfers.models import Export, SavedColumns, SavedMapping, Upload
from backoffice.tests.api.world import client_of
from products.tests.factories import LocationFactory, TaxClassFactory

pytestmark = pytest.mark.django_db

# A digit to Python's isdigit() and not to int(); more than a database holds; more than int() reads.
NUMBERS = ["²", "9" * 30, "9" * 5_000]
PRODUCTS = "/admin/products/product/"


@pytest.fixture(autouse=True)
def administrator(client):
    TaxClassFactory(code="standard", name="Standard rate")
    LocationFactory(code="main", name="Main warehouse")
    user = member("Administrator")
    client.force_login(user)
    return user


@pytest.fixture
def upload(client) -> Upload:
    return sent(client, CUPS)


@pytest.mark.parametrize("number", NUMBERS, ids=["superscript", "30 digits", "5,000 digits"])
def test_numbers_that_are_none(client, upload, number):
    job = f"/admin/kernel/job/{upload.plan_job_id}/changes/products.product/"
    first = f"{address(upload)}?page=1"

    for url in (
        f"/admin/kernel/upload/{number}/change/",
        f"/admin/kernel/job/{number}/change/",
        f"{PRODUCTS}{number}/history/",
    ):
        assert client.get(url).status_code == 404, url
    for url in (
        f"{address(upload)}?page={number}",
        f"{job}?p={number}",
        f"/admin/kernel/job/mine/?known={number},{upload.plan_job_id}",
        f"{PRODUCTS}?category={number}",
        f"{PRODUCTS}export/?_columns={number}",
        f"{PRODUCTS}export/?category={number}",
        f"/admin/orders/order/?seller={number}",
    ):
        assert client.get(url).status_code == 200, url
    assert client.get(f"{address(upload)}?page={number}").context["page"] == client.get(first).context["page"]
    assert client.post(address(upload, "read"), {"saved": number}).status_code == 302


@pytest.mark.parametrize("method", ["get", "post"])
def test_an_export_of_what_the_list_cannot_be_narrowed_by_leads_back_to_the_list(client, method):
    response = getattr(client, method)(f"{PRODUCTS}export/?nonsense=1", {} if method == "get" else {"format": "csv"})

    assert (response.status_code, response["Location"]) == (302, PRODUCTS)
    assert said(response) == ["The list cannot be narrowed like this, so nothing is exported."]
    assert not Export.objects.exists()


@pytest.mark.parametrize(
    "url",
    [
        "/admin/kernel/upload/?kind=%00",
        "/admin/kernel/upload/?state__exact=a%00",
        f"{PRODUCTS}export/?status__exact=%00",
        f"{PRODUCTS}?%00=1",
        "/api/catalogue/products/?search=%00",
        "/api/orders/%00/",
    ],
)
def test_no_database_keeps_a_nul_so_no_address_holds_one(client, url):
    response = client.get(url)

    assert response.status_code == 400
    assert "holds a character that cannot be stored" in response.content.decode()


def test_a_name_to_be_kept_loses_what_cannot_be_stored(client, upload):
    client.post(address(upload, "keep"), {"name": "\x00Cups\x00 and\x07 mugs"})
    client.post(f"{PRODUCTS}export/", {"columns": ["sku"], "format": "csv", "keep_as": "Only\x00 SKUs"})

    assert SavedMapping.objects.get().name == "Cups and mugs"
    assert SavedColumns.objects.get().name == "Only SKUs"


@pytest.mark.parametrize(
    "choices",
    ['{"counted_at": "\\ud800"}', '{"\\ud800": ""}', '{"counted_at": "\\u0000"}', "[" * 100_000],
    ids=["half a letter", "as a name", "NUL", "nested"],
)
def test_answers_that_are_no_text_are_refused_at_their_field(administrator, choices):
    file = SimpleUploadedFile("stock.csv", b"sku,quantity\nA,1\n")
    data = {"kind": "stock", "file": file, "choices": choices}

    answer = client_of(administrator).post(reverse("api-upload-list"), data, format="multipart")

    assert answer.status_code == 400
    assert list(answer.json()) == ["choices"]
    assert not Upload.objects.exists()


@pytest.mark.parametrize("url", ["/api/uploads/", "/api/session/"])
def test_a_body_nested_beyond_measure_is_refused(administrator, url):
    answer = client_of(administrator).generic("POST", url, b"[" * 100_000, content_type="application/json")

    assert answer.status_code == 400
    assert answer.json() == {"detail": "JSON parse error - It is nested too deeply."}
    assert not Job.objects.filter(kind="upload_plan").exists()


@pytest.mark.parametrize("url", ["/api/session/", "/api/cart/lines/"])
def test_a_body_beyond_the_cap_is_refused_unread(url, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000
    body = b'{"email": "%s"}' % (b"x" * 1_000)

    answer = client_of().generic("POST", url, body, content_type="application/json")

    assert (answer.status_code, answer.json()) == (413, {"detail": "The request is too large."})


def test_a_form_of_too_many_parts_is_refused(administrator, settings):
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 10
    data = {f"field-{number}": "x" for number in range(20)}

    answer = client_of(administrator).post(reverse("api-upload-list"), data, format="multipart")

    assert (answer.status_code, answer.json()) == (400, {"detail": "The request has too many parts."})


@pytest.mark.parametrize("field", ["on-error", "photos"])
def test_a_field_that_nobody_reads_is_refused_not_ignored(administrator, field):
    data = {"kind": "products", "file": SimpleUploadedFile("a.csv", CUPS.encode()), field: "skip"}

    answer = client_of(administrator).post(reverse("api-upload-list"), data, format="multipart")

    assert answer.status_code == 400
    assert "There is no field" in answer.json()[field][0]
    assert not Upload.objects.exists()


def test_of_two_files_none_is_taken_for_the_one_that_was_meant(administrator):
    files = [SimpleUploadedFile(name, CUPS.encode()) for name in ("one.csv", "two.csv")]
    data = {"kind": "products", "file": files}

    answer = client_of(administrator).post(reverse("api-upload-list"), data, format="multipart")

    assert (answer.status_code, answer.json()) == (400, {"file": ["Send one file at a time."]})
    assert not Upload.objects.exists()


@pytest.mark.parametrize("body", [b"5", b'"products"', b"[[1]]", b"null", b"{}"])
def test_a_body_of_another_form_is_refused(administrator, body):
    answer = client_of(administrator).generic("POST", "/api/uploads/", body, content_type="application/json")

    assert answer.status_code == 400
    assert not Upload.objects.exists()
