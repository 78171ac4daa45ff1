"""Tax classes and their rates in the admin, and attributes with their values."""

from __future__ import annotations

import pytest

from products.models import Attribute, TaxRate
from products.services.variants import attribute_named
from products.tests.admin_forms import posted_form
from products.tests.factories import TaxRateFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def url(entered) -> str:
    entered("Finance")
    return f"/admin/products/taxclass/{TaxRateFactory().tax_class_id}/change/"


def add_rate(client, url: str, **values):
    row = {"country": "FR", "rate": "20.00", "category": "S", "valid_from": "2014-01-01", "exemption_reason": ""}
    data = {f"rates-1-{name}": value for name, value in {**row, **values}.items()}
    return client.post(url, {**posted_form(client, url), **data, "rates-TOTAL_FORMS": "2"})


def refusals(response) -> list[str]:
    (inline,) = response.context["inline_admin_formsets"]
    return [message for form in inline.formset.forms for messages in form.errors.values() for message in messages]


def test_a_rate_is_added_beside_the_older_ones(client, url):
    assert add_rate(client, url).status_code == 302

    assert sorted(TaxRate.objects.values_list("country", "rate")) == [("DE", 19), ("FR", 20)]


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"category": "G", "rate": "0"}, "Say why no tax is due; invoices print it."),
        ({"rate": "0"}, "Category S needs a rate above 0; every other category has the rate 0."),
        ({"category": "Z"}, "Category S needs a rate above 0; every other category has the rate 0."),
        ({"rate": "101"}, "Ensure this value is less than or equal to 100."),
        ({"country": "XX"}, "“XX” is not a country code. Use two capital letters, such as DE."),
    ],
)
def test_a_rate_that_makes_no_sense_is_refused_in_plain_words(client, url, values, message):
    response = add_rate(client, url, **values)

    assert message in refusals(response)
    assert TaxRate.objects.count() == 1


def test_attributes_differ_in_more_than_case(client, entered):
    entered("Catalogue editor")
    attribute_named("Colour")
    url = "/admin/products/attribute/add/"

    response = client.post(url, posted_form(client, url, name="COLOUR"))

    assert response.context["adminform"].form.non_field_errors() == ["There is an attribute of this name already."]
    assert Attribute.objects.count() == 1
