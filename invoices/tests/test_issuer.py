"""The issuer's logo and series."""

import io

import pytest
from PIL import Image

from backoffice.kernel.files.services import file_path
from finance.tests.browsers import browser_of
from invoices.exceptions import InvoiceRefused
from invoices.models import Issuer, Series
from invoices.selectors.snapshots import invoice_logo, invoice_snapshot
from invoices.services.logos import logo_store
from invoices.services.reference import reference_data_load
from invoices.services.rendering import invoice_render
from invoices.services.series import series_for
from invoices.tests.factories import IssuerFactory, issued_invoice

pytestmark = pytest.mark.django_db


def picture(colour: str = "navy", *, kind: str = "PNG", size: tuple[int, int] = (80, 40)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, kind)
    return out.getvalue()


def upload(name: str, content: bytes) -> io.BytesIO:
    file = io.BytesIO(content)
    file.name = name
    return file


def form_of(issuer: Issuer, **changes) -> dict[str, object]:
    names = ("name", "policy", "line1", "line2", "postcode", "city", "country", "vat_id", "tax_number", "registration")
    names += ("bank_name", "iban", "bic", "email", "phone", "website", "footer")
    inlines = {"series-TOTAL_FORMS": "0", "series-INITIAL_FORMS": "0"}
    return {**{name: getattr(issuer, name) for name in names}, "is_default": "on", **inlines, **changes}


def test_a_logo_is_written_anew_and_printed_from_then_on():
    issuer = IssuerFactory()
    before = issued_invoice()
    client = browser_of("Finance")

    client.post(f"/admin/invoices/issuer/{issuer.pk}/change/", form_of(issuer, logo_upload=upload("us.png", picture())))
    after = issued_invoice()

    issuer.refresh_from_db()
    assert (issuer.logo.name, issuer.logo.content_type, issuer.logo.purpose) == ("us.png", "image/png", "issuer_logo")
    assert invoice_snapshot(before).issuer.logo_digest == ""
    assert invoice_snapshot(after).issuer.logo_digest == issuer.logo.digest
    assert invoice_logo(after) == file_path(issuer.logo).read_bytes()
    assert file_path(invoice_render(invoice=after)).stat().st_size > 0


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("logo.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"),
        ("logo.png", b"GIF89a not a picture"),
        ("logo.png", picture()[:60]),
        ("logo.png", picture(size=(3000, 2000))),
    ],
)
def test_what_is_no_fit_picture_is_refused_on_the_form(name, content):
    issuer = IssuerFactory()

    response = browser_of("Finance").post(
        f"/admin/invoices/issuer/{issuer.pk}/change/", form_of(issuer, logo_upload=upload(name, content))
    )

    issuer.refresh_from_db()
    assert "This logo cannot be used" in response.content.decode()
    assert issuer.logo is None


def test_a_logo_can_be_taken_away():
    issuer = IssuerFactory(logo=logo_store(content=picture(kind="JPEG"), name="../us.jpeg"))
    assert issuer.logo.name == "us.jpg"

    browser_of("Finance").post(f"/admin/invoices/issuer/{issuer.pk}/change/", form_of(issuer, remove_logo="on"))

    issuer.refresh_from_db()
    assert issuer.logo is None


def test_a_broken_logo_is_refused_by_the_service():
    with pytest.raises(InvoiceRefused, match="This logo cannot be used"):
        logo_store(content=b"nothing", name="x.png")


def test_a_new_year_takes_the_prefix_of_the_last():
    issuer = IssuerFactory()
    Series.objects.create(issuer=issuer, kind="invoice", year=2025, prefix="RE-EU")

    series, made = series_for(issuer=issuer, kind="invoice", year=2026)

    assert (series.prefix, made, series_for(issuer=issuer, kind="invoice", year=2026)[1]) == ("RE-EU", True, False)


def test_two_issuers_never_share_numbers():
    first = IssuerFactory()
    second = IssuerFactory(name="Other Trade GmbH", is_default=False)
    series_for(issuer=first, kind="invoice", year=2026)

    series, _ = series_for(issuer=second, kind="invoice", year=2026)

    assert series.prefix == f"INV{second.pk}"


def test_reference_data_is_made_once_and_never_overwrites():
    assert reference_data_load() == {"issuers": 1, "series": 2}
    Issuer.objects.update(city="Leipzig")

    assert reference_data_load() == {"issuers": 0, "series": 0}
    issuer = Issuer.objects.get()
    issuer.full_clean()
    assert issuer.city == "Leipzig"
