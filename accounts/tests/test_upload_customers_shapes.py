"""Every sample lands as the same two customers, whoever exported it; real exports land too; passwords stay out."""

from pathlib import Path

import pytest
from django.conf import settings

from accounts.models import Address, CustomerProfile, User
from backoffice.kernel.tests.transfers.uploading import applied, counts, errors

pytestmark = pytest.mark.django_db

SAMPLES = Path(settings.BASE_DIR) / "data" / "samples" / "customers"
MARA, TOM = "mara.voss@example.com", "tom.reed@example.com"
ELBWEG, HAFEN = ("Elbweg 4", "", "01067", "Dresden", "DE"), ("Hafenstr. 12", "Tor 3", "01127", "Dresden", "DE")
MILL = ("7 Mill Lane", "", "OX1 1AA", "Oxford", "GB")
ONE, TWO, NONE = {MARA: [ELBWEG], TOM: [MILL]}, {MARA: [ELBWEG, HAFEN], TOM: [MILL]}, {MARA: [], TOM: []}
PHONES = {MARA: "+49 351 555010", TOM: "020 7946 0000"}
NO_PHONES = {MARA: "", TOM: ""}

# File → shape, counts, addresses, phones, columns that hold secrets.
EXPECTED = {
    "customers": ("", {"created": 3}, TWO, PHONES, []),
    "shopify": ("shopify", {"created": 2, "skipped": 1}, ONE, PHONES, []),
    "spree": ("spree", {"created": 2}, ONE, PHONES, []),
    "woocommerce": ("woocommerce", {"created": 2}, TWO, PHONES, ["user_pass"]),
    "woocommerce_analytics": ("woocommerce_analytics", {"created": 2}, NONE, NO_PHONES, []),
    "magento2": ("magento", {"created": 2}, NONE, NO_PHONES, ["password_hash", "rp_token", "password"]),
    "magento2_with_addresses": ("magento_with_addresses", {"created": 3}, TWO, NO_PHONES, ["password_hash"]),
    "magento2_addresses": ("magento_addresses", {"created": 3}, TWO, NO_PHONES, []),
    "bagisto": ("bagisto", {"created": 2}, NONE, PHONES, []),
    "prestashop": ("prestashop", {"created": 2}, NONE, NO_PHONES, ["Password *"]),
    "prestashop_addresses": ("prestashop_addresses", {"created": 3}, TWO, NO_PHONES, []),
    "prestashop_list": ("prestashop_list", {"created": 2}, NONE, NO_PHONES, []),
    "odoo": ("odoo", {"created": 3, "skipped": 1}, ONE, PHONES, []),
}
# Exports that know which address is for what.
TELLING = {"customers", "woocommerce", "magento2_with_addresses", "magento2_addresses"}


def addresses() -> dict[str, list[tuple[str, ...]]]:
    columns = ("line1", "line2", "postcode", "city", "country")
    return {email: list(Address.objects.filter(user__email=email).values_list(*columns)) for email in (MARA, TOM)}


def test_there_is_an_expectation_for_every_sample():
    assert {path.stem for path in SAMPLES.glob("*.csv")} == set(EXPECTED)


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_the_sample_lands_and_changes_nothing_the_second_time(name):
    shape, expected, places, phones, secrets = EXPECTED[name]
    content = (SAMPLES / f"{name}.csv").read_bytes()

    upload = applied(content, name=f"{name}.csv", kind="customers")

    assert upload.mapping["shape"] == shape
    found = counts(upload)
    assert found.pop("rows") == sum(expected.values())
    assert found == expected, errors(upload)
    assert addresses() == places
    people = CustomerProfile.objects.filter(user__email__in=[MARA, TOM])
    assert dict(people.values_list("user__email", "phone")) == phones
    names = dict(User.objects.filter(email__in=[MARA, TOM]).values_list("email", "last_name"))
    assert names == (
        {MARA: "", TOM: ""} if name in {"magento2_addresses", "prestashop_addresses"} else {MARA: "Voss", TOM: "Reed"}
    )
    # Everybody who has an address has one for each purpose, and exports that tell which is which are heard.
    for flag in ("is_default_billing", "is_default_shipping"):
        defaults = dict(
            Address.objects.filter(**{flag: True}, user__email__in=[MARA, TOM]).values_list("user__email", "line1")
        )
        delivered = HAFEN if flag == "is_default_shipping" and name in TELLING else ELBWEG
        assert defaults == ({MARA: delivered[0], TOM: MILL[0]} if places is not NONE else {})
    # Secrets of other systems are named among the columns that are left out, and stay out.
    assert set(secrets) <= set(upload.unmapped_columns)
    staged = "".join("".join(row) for row in upload.staged.values_list("key", "payload", "diff", "errors"))
    assert "Nobody" not in staged
    assert not any(person.has_usable_password() for person in User.objects.all())

    again = counts(applied(content, name=f"{name}.csv", kind="customers"))
    assert again.get("created", 0) == again.get("updated", 0) == 0
    assert again["unchanged"] == expected["created"]


def test_rows_without_email_say_why_they_are_left_out():
    upload = applied((SAMPLES / "shopify.csv").read_bytes(), kind="customers")

    assert errors(upload) == {4: [["", "", "The row has no email, so nobody can be found or made by it."]]}


def test_an_odoo_company_has_no_first_name_and_its_people_have_one():
    applied((SAMPLES / "odoo.csv").read_bytes(), kind="customers")

    found = CustomerProfile.objects.order_by("pk").values_list(
        "user__first_name", "user__last_name", "company", "language", "vat_id", "note"
    )
    assert list(found) == [
        ("", "", "Voss Gartenbau", "de", "DE136695976", ""),
        ("Mara", "Voss", "Voss Gartenbau", "de", "", "Rings twice"),
        ("Tom", "Reed", "", "en", "", ""),
    ]
    assert set(Address.objects.values_list("region", flat=True)) == {"Sachsen", ""}


FOREIGN = {"spree_customers.csv": (20, 20, "02134"), "bagisto_customers.csv": (3, 0, None)}


@pytest.mark.foreign
@pytest.mark.parametrize("name", sorted(FOREIGN))
def test_a_real_export_lands(foreign_data, name):
    people, places, postcode = FOREIGN[name]
    content = (foreign_data / "catalogues" / name).read_bytes()

    upload = applied(content, name=name, kind="customers")

    assert counts(upload) == {"rows": people, "created": people}, errors(upload)
    assert (CustomerProfile.objects.count(), Address.objects.count()) == (people, places)
    if postcode:
        assert Address.objects.filter(postcode=postcode).count() == 1
    assert counts(applied(content, name=name, kind="customers")) == {"rows": people, "unchanged": people}
