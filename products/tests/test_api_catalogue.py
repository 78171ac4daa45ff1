"""The catalogue over the API, for everybody."""

from __future__ import annotations

from decimal import Decimal
from io import BytesIO

import pytest
from django.urls import reverse
from PIL import Image
from rest_framework.test import APIClient

from accounts.models import SellerStatus
from accounts.tests.factories import SellerFactory
from orders.tests.factories import stocked_variant
from products.models import Attribute, AttributeValue, Category, Product, VariantOption
from products.services.categories import category_create
from products.services.images import image_add
from products.states import ProductStatus
from products.tests.factories import ProductFactory, VariantFactory

pytestmark = pytest.mark.django_db

LIST, ROW = "api-catalogue-product-list", "api-catalogue-product-detail"


@pytest.fixture
def client() -> APIClient:
    return APIClient()


def names(client: APIClient, **query: object) -> list[str]:
    answer = client.get(reverse(LIST), query)
    assert answer.status_code == 200, answer.content
    return [row["name"] for row in answer.json()["results"]]


def category(name: str, parent: Category | None = None, **values: object) -> Category:
    return category_create(category=Category(name=name, slug=name.lower(), **values), parent=parent)


def png(colour: str = "red") -> bytes:
    out = BytesIO()
    Image.new("RGB", (300, 200), colour).save(out, "PNG")
    return out.getvalue()


def test_a_product_with_everything(client):
    kitchen = category("Kitchen")
    product = ProductFactory(
        name="Mug", handle="mug", brand="Acme", category=kitchen, seller=SellerFactory(code="north", store_name="North")
    )
    blue = stocked_variant(on_hand=3)
    blue.product, blue.sku, blue.title, blue.compare_at_price = product, "MUG-B", "Blue", Decimal("12.00")
    blue.save()
    VariantFactory(product=product, sku="MUG-R", title="Red", price=Decimal("9.50"), position=1)
    VariantFactory(product=product, sku="MUG-X", is_active=False, price=Decimal("1.00"))
    colour = Attribute.objects.create(name="Colour")
    value = AttributeValue.objects.create(attribute=colour, value="Blue")
    VariantOption.objects.create(variant=blue, attribute=colour, value=value)
    image, _ = image_add(product=product, content=png(), name="mug.png", alt_text="A mug")

    answer = client.get(reverse(ROW, args=[product.pk]))

    assert answer.status_code == 200
    body = answer.json()
    address = f"http://testserver/api/catalogue/images/{image.pk}/"
    assert body == {
        "id": product.pk,
        "handle": "mug",
        "name": "Mug",
        "brand": "Acme",
        "seller": {"code": "north", "store_name": "North"},
        "category": {"slug": "kitchen", "name": "Kitchen", "full_name": "Kitchen"},
        "short_description": "",
        "description": "",
        "tags": "",
        "meta_title": "",
        "meta_description": "",
        "currency": "EUR",
        "prices_include_tax": True,
        "price_from": "9.50",
        "variants": [
            {
                "id": blue.pk,
                "sku": "MUG-B",
                "title": "Blue",
                "price": "10.00",
                "compare_at_price": "12.00",
                "weight_grams": None,
                "options": [{"attribute": "Colour", "value": "Blue"}],
                "in_stock": True,
            },
            {
                "id": product.variants.get(sku="MUG-R").pk,
                "sku": "MUG-R",
                "title": "Red",
                "price": "9.50",
                "compare_at_price": None,
                "weight_grams": None,
                "options": [],
                "in_stock": False,
            },
        ],
        "images": [
            {
                "url": address,
                "thumbnail_url": f"{address}thumbnail/",
                "width": 300,
                "height": 200,
                "alt_text": "A mug",
            }
        ],
    }


@pytest.mark.parametrize(
    "values",
    [
        {"product__status": ProductStatus.DRAFT},
        {"product__status": ProductStatus.ARCHIVED},
        {"product__seller__status": SellerStatus.SUSPENDED},
        {"is_active": False},
    ],
)
def test_what_is_not_on_sale_does_not_exist(client, values):
    hidden = VariantFactory(**values).product
    bare = ProductFactory()

    assert names(client) == []
    for product in (hidden, bare):
        assert client.get(reverse(ROW, args=[product.pk])).status_code == 404


def test_filters(client):
    north = SellerFactory(code="north")
    mug = stocked_variant(name="Blue mug", brand="Acme", seller=north, price="10.00")
    stocked_variant(name="Red mug", brand="Other", price="20.00", on_hand=0)
    stocked_variant(name="Green cup", brand="Other", price="30.00")

    assert names(client, search="mug") == ["Red mug", "Blue mug"]
    assert names(client, search="mug blue") == ["Blue mug"]
    assert names(client, search=mug.sku) == ["Blue mug"]
    assert names(client, seller="north") == ["Blue mug"]
    assert names(client, brand="acme") == ["Blue mug"]
    assert names(client, price_min="15") == ["Green cup", "Red mug"]
    assert names(client, price_max="20") == ["Red mug", "Blue mug"]
    assert names(client, in_stock="true") == ["Green cup", "Blue mug"]
    assert names(client, in_stock="false") == ["Red mug"]
    assert names(client, ordering="price") == ["Blue mug", "Red mug", "Green cup"]
    assert names(client, ordering="-price") == ["Green cup", "Red mug", "Blue mug"]
    assert names(client, ordering="name") == ["Blue mug", "Green cup", "Red mug"]
    assert names(client, search="") == ["Green cup", "Red mug", "Blue mug"]


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"serach": "mug"}, "There is no parameter “serach” here."),
        ({"cost": "3"}, "There is no parameter “cost” here."),
        ({"seller__iban": "DE"}, "There is no parameter “seller__iban” here."),
        ({"ordering": "cost"}, "This list cannot be ordered by “cost”, only by id, name, price."),
        ({"price_min": "cheap"}, "Enter a number."),
        ({"price_min": "-1"}, "Ensure this value is greater than or equal to 0."),
    ],
)
def test_what_cannot_be_asked_is_said(client, query, said):
    answer = client.get(reverse(LIST), query)

    assert answer.status_code == 400
    assert answer.json()[next(iter(query))][0].startswith(said)


@pytest.mark.parametrize("value", ["\x00", "'; drop table x; --", "%", "_", "\\", "😀" * 50, "x" * 5_000])
def test_strange_searches_do_no_harm(client, value):
    stocked_variant(name="Mug")

    assert client.get(reverse(LIST), {"search": value}).status_code in {200, 400}


@pytest.mark.parametrize("key", ["0", "abc", "99999999999999999999999", "-1"])
def test_strange_keys_lead_nowhere(client, key):
    assert client.get(f"/api/catalogue/products/{key}/").status_code == 404


def test_pages_by_price_hold_each_product_once(client):
    for number in range(7):
        stocked_variant(name=f"P{number}", price=f"{10 + number // 3}.00")
    seen: list[str] = []
    url = reverse(LIST) + "?ordering=price&page_size=2"

    while url:
        page = client.get(url).json()
        seen += [row["name"] for row in page["results"]]
        url = page["next"]

    assert seen == [f"P{number}" for number in range(7)]


def test_the_tree_of_categories(client):
    home = category("Home")
    kitchen = category("Kitchen", home)
    hidden = category("Hidden", home, is_active=False)
    below = category("Below", hidden)
    stocked = {place: stocked_variant(name=f"In {place}").product for place in ("home", "kitchen", "below")}
    for place, node in (("home", home), ("kitchen", kitchen), ("below", below)):
        Product.objects.filter(pk=stocked[place].pk).update(category=node)

    rows = client.get(reverse("api-catalogue-category-list")).json()["results"]

    assert [(row["slug"], row["full_name"], row["depth"]) for row in rows] == [
        ("home", "Home", 1),
        ("kitchen", "Home > Kitchen", 2),
    ]
    assert client.get(reverse("api-catalogue-category-detail", args=["below"])).status_code == 404
    assert names(client, category="kitchen") == ["In kitchen"]
    assert names(client, category="home") == ["In below", "In kitchen", "In home"]
    assert names(client, category="hidden") == []
    assert names(client, category="nowhere") == []
    page = client.get(reverse(ROW, args=[stocked["below"].pk])).json()
    assert page["category"] is None


class TestPictures:
    """Pictures of products on sale are public; others are not."""

    @pytest.fixture
    def image(self):
        return image_add(product=stocked_variant().product, content=png(), name="mug.png")[0]

    def test_both_sizes(self, client, image):
        large = client.get(reverse("api-catalogue-image", args=[image.pk]))
        small = client.get(reverse("api-catalogue-thumbnail", args=[image.pk]))

        assert (large.status_code, small.status_code) == (200, 200)
        assert large["Content-Type"] == "image/png"
        assert large["Cache-Control"] == "public, max-age=86400"
        assert Image.open(BytesIO(b"".join(large.streaming_content))).size == (300, 200)
        assert max(Image.open(BytesIO(b"".join(small.streaming_content))).size) == 240

    def test_of_what_is_not_on_sale(self, client, image):
        Product.objects.filter(pk=image.product_id).update(status=ProductStatus.DRAFT)

        assert client.get(reverse("api-catalogue-image", args=[image.pk])).status_code == 404
        assert client.get(reverse("api-catalogue-thumbnail", args=[image.pk])).status_code == 404

    def test_one_that_is_lost(self, client, image, settings, tmp_path):
        settings.MEDIA_ROOT = str(tmp_path)

        assert client.get(reverse("api-catalogue-image", args=[image.pk])).status_code == 404
