"""Parents and children that are thousands of rows apart, as in exports that list all variations at the end."""

from pathlib import Path

import pytest
from django.conf import settings

from backoffice.kernel.tests.transfers.uploading import applied, counts, errors, planned
from backoffice.kernel.transfers import staging
from products.models import Product, Variant

pytestmark = pytest.mark.django_db

SAMPLES = Path(settings.BASE_DIR) / "data" / "samples"
FAMILIES = ("woocommerce", "magento2", "bagisto")


def landed():
    texts = ("handle", "name", "status", "category__full_name", "description", "short_description", "brand", "tags")
    return (
        list(Product.objects.order_by("handle").values_list(*texts)),
        list(Variant.objects.order_by("sku").values_list("sku", "title", "price", "product__handle")),
    )


@pytest.mark.parametrize("rows", [1, 2, 3])
@pytest.mark.parametrize("name", FAMILIES)
def test_a_family_lands_whole_wherever_the_file_is_cut(shop, monkeypatch, name, rows):
    content = (SAMPLES / f"{name}.csv").read_bytes()
    whole = planned(content, on_error="skip")
    monkeypatch.setattr(staging, "CHUNK_ROWS", rows)

    cut = applied(content, on_error="skip")

    found = landed()
    assert counts(cut) == counts(whole)
    assert {number: said[0][2] for number, said in errors(cut).items()} == {
        number: said[0][2] for number, said in errors(whole).items()
    }
    again = counts(applied(content, on_error="skip"))
    assert (again.get("created", 0), again.get("updated", 0)) == (0, 0)
    monkeypatch.undo()
    assert counts(applied(content, on_error="skip")) == again
    assert landed() == found


def test_a_parent_may_come_after_its_children(shop, monkeypatch):
    monkeypatch.setattr(staging, "CHUNK_ROWS", 1)
    head = "sku,attribute_set_code,product_type,name,price,product_online,description,url_key,configurable_variations\n"
    rows = (
        "M-1,D,simple,Mug blue,9.90,1,Blue.,mug-blue,\n"
        "M-2,D,simple,Mug red,10.90,1,Red.,mug-red,\n"
        'M,D,configurable,Mug,,1,Survives.,mug,"sku=M-1,colour=Blue|sku=M-2,colour=Red"\n'
    )

    applied(head + rows)

    assert list(Product.objects.values_list("handle", "name", "description")) == [("mug", "Mug", "Survives.")]
    assert dict(Variant.objects.values_list("sku", "title")) == {"M-1": "Blue", "M-2": "Red"}
