"""Sellers see, choose and change their own rows alone."""

from __future__ import annotations

import json

import pytest

from accounts.tests.factories import SellerFactory
from backoffice.kernel.files.services import file_path
from products.models import MovementReason, Product, ProductImage, Stock, StockMovement, Variant
from products.services.images import image_add
from products.services.stock import StockMove, stock_move
from products.services.variants import variant_save
from products.tests.admin_forms import posted_form
from products.tests.factories import LocationFactory, ProductFactory, TaxClassFactory
from products.tests.pictures import picture

pytestmark = pytest.mark.django_db

CANARY = "CANARY7Q"


def stocked(product: Product, sku: str, option: str) -> Variant:
    variant = variant_save(variant=Variant(product=product, sku=sku, price="9.90"), options=[("Colour", option)])
    stock_move(
        moves=[StockMove(variant_id=variant.pk, location_id=LocationFactory().pk, quantity=5, note=option)],
        reason=MovementReason.OPENING,
    )
    return variant


@pytest.fixture
def foreign() -> Product:
    """Another seller's product, whose every word is a canary."""
    seller = SellerFactory(store_name=f"{CANARY} store", code="canary")
    product = ProductFactory(seller=seller, name=f"{CANARY} mug", handle=CANARY.lower(), brand=CANARY)
    stocked(product, f"{CANARY}-1", CANARY)
    image_add(product=product, content=picture("green"), name=f"{CANARY}.png", alt_text=CANARY)
    return product


@pytest.fixture
def seller(entered):
    return entered("Seller")


@pytest.fixture
def own(seller) -> Product:
    product = ProductFactory(seller=seller.seller, name="Own mug", handle="own-mug", status="draft")
    stocked(product, "OWN-1", "Red")
    image_add(product=product, content=picture("red"), name="own.png", alt_text="Own")
    return product


def test_lists_cannot_be_filtered_by_what_they_do_not_offer(client, foreign, own):
    for path in ("product/?seller__id__exact=1", "product/?seller__iban__startswith=D", "variant/?product__seller=1"):
        assert client.get(f"/admin/products/{path}").status_code == 400, path


@pytest.mark.parametrize(
    "path",
    [
        "product/",
        f"product/?q={CANARY}",
        "product/add/",
        "variant/",
        f"variant/?q={CANARY}",
        "stock/",
        f"stock/?q={CANARY}",
        "stockmovement/",
        f"stockmovement/?q={CANARY}",
        "category/",
        "attribute/",
        "location/",
        "taxclass/",
    ],
)
def test_lists_show_nothing_of_others(client, foreign, own, path):
    response = client.get(f"/admin/products/{path}", follow=True)

    assert response.status_code == 200
    html = response.content.decode()
    searched = html.replace(f'value="{CANARY}"', "").replace(f"q={CANARY}", "").replace(f"q%3D{CANARY}", "")
    assert CANARY.lower() not in searched.lower()


def test_own_pages_show_nothing_of_others(client, foreign, own):
    variant = own.variants.get()
    attribute = variant.options.get().attribute
    for path in (
        f"product/{own.pk}/change/",
        f"product/{own.pk}/history/",
        f"variant/{variant.pk}/change/",
        f"variant/{variant.pk}/stock/",
        f"stock/{variant.stocks.get().pk}/change/",
        f"attribute/{attribute.pk}/change/",
        f"attribute/{attribute.pk}/history/",
    ):
        response = client.get(f"/admin/products/{path}")
        assert response.status_code == 200, path
        assert CANARY not in response.content.decode(), path


def test_pages_of_others_do_not_exist(client, seller, foreign):
    variant = foreign.variants.get()
    stock = variant.stocks.get()
    paths = [
        f"product/{foreign.pk}/change/",
        f"product/{foreign.pk}/history/",
        f"product/{foreign.pk}/delete/",
        f"product/{foreign.pk}/transition/product/archive/",
        f"variant/{variant.pk}/change/",
        f"variant/{variant.pk}/stock/",
        f"stock/{stock.pk}/change/",
        f"stockmovement/{stock.movements.get().pk}/change/",
    ]
    for path in paths:
        for response in (client.get(f"/admin/products/{path}"), client.post(f"/admin/products/{path}", {"name": "x"})):
            assert response.status_code in {403, 404, 405}, path
            assert CANARY not in response.content.decode()
    foreign.refresh_from_db()
    assert (foreign.name, foreign.status, stock.movements.count()) == (f"{CANARY} mug", "active", 1)


def test_autocompletes_offer_nothing_of_others(client, seller, foreign):
    for field in ("seller", "category"):
        response = client.get(
            "/admin/autocomplete/", {"app_label": "products", "model_name": "product", "field_name": field, "term": ""}
        )
        assert CANARY not in response.content.decode()
        if response.status_code == 200:
            assert CANARY not in json.dumps(response.json())


def test_a_new_product_is_the_sellers_own_whatever_is_posted(client, seller, foreign):
    url = "/admin/products/product/add/"
    assert "seller" not in client.get(url).context["adminform"].form.fields
    data = posted_form(
        client, url, name="Forged", tax_class=TaxClassFactory().pk, seller=foreign.seller_id, status="active"
    )

    response = client.post(url, data)

    assert response.status_code == 302
    product = Product.objects.get(name="Forged")
    assert (product.seller, product.status) == (seller.seller, "draft")


def test_a_handle_of_another_seller_is_free(client, seller, foreign):
    url = "/admin/products/product/add/"

    client.post(url, posted_form(client, url, name="Mine", tax_class=TaxClassFactory().pk, handle=foreign.handle))

    assert Product.objects.get(name="Mine").handle == foreign.handle


def test_forged_inline_rows_do_not_reach_others(client, foreign, own):
    url = f"/admin/products/product/{own.pk}/change/"
    variant, image = foreign.variants.get(), foreign.images.get()
    forged = {
        "variants-0-id": variant.pk,
        "variants-0-sku": "STOLEN",
        "variants-0-product": own.pk,
        "images-0-id": image.pk,
        "images-0-alt_text": "stolen",
    }

    response = client.post(url, posted_form(client, url, **forged), follow=True)

    variant.refresh_from_db()
    image.refresh_from_db()
    assert (variant.sku, variant.product, image.alt_text) == (f"{CANARY}-1", foreign, CANARY)
    assert CANARY not in response.content.decode()


def test_the_seller_of_a_product_stays(client, entered, own):
    entered("Administrator")
    other = SellerFactory()
    url = f"/admin/products/product/{own.pk}/change/"

    client.post(url, posted_form(client, url, seller=other.pk))

    assert Product.objects.get(pk=own.pk).seller == own.seller


def test_actions_reach_only_own_rows(client, foreign, own):
    response = client.post(
        "/admin/products/product/", {"action": "product_archive", "_selected_action": [own.pk, foreign.pk]}, follow=True
    )
    page = response.context
    assert page["plan"].applicable == [own.pk]
    assert CANARY not in response.content.decode()

    client.post(response.redirect_chain[-1][0], {"reason": "", "apply": "1", "previewed": page["previewed"]})

    assert list(Product.objects.order_by("pk").values_list("status", flat=True)) == ["active", "archived"]


def test_pictures_of_others_cannot_be_opened(client, foreign, own):
    for image, status in ((own.images.get(), 200), (foreign.images.get(), 404)):
        for file in (image.file, image.thumbnail):
            response = client.get(f"/files/{file.pk}/")
            assert response.status_code == status
            if status == 200:
                assert b"".join(response) == file_path(file).read_bytes()


def test_a_sellers_log_in_without_a_store_adds_nothing(client, entered):
    entered("Seller", seller=None)

    assert client.get("/admin/products/product/add/").status_code == 403
    assert client.get("/admin/products/product/").status_code == 200


def test_sellers_move_their_own_stock(client, own):
    variant = own.variants.get()
    place = LocationFactory()

    client.post(
        f"/admin/products/variant/{variant.pk}/stock/",
        {"happening": "received", "location": place.pk, "quantity": "3", "reference": "", "note": ""},
    )

    assert Stock.objects.get(variant=variant).on_hand == 8


def test_the_ledger_names_no_people_of_the_house_to_sellers(client, entered, own):
    house = entered("Warehouse", first_name="Harriet", last_name="House")
    variant = own.variants.get()
    client.post(
        f"/admin/products/variant/{variant.pk}/stock/",
        {"happening": "received", "location": LocationFactory().pk, "quantity": "3", "reference": "", "note": ""},
    )
    assert StockMovement.objects.filter(user=house).count() == 1
    assert "Harriet House" in client.get("/admin/products/stockmovement/").content.decode()

    client.force_login(own.seller.users.get())

    for path in ("stockmovement/", f"variant/{variant.pk}/stock/", f"stock/{variant.stocks.get().pk}/change/"):
        html = client.get(f"/admin/products/{path}").content.decode()
        assert "Harriet" not in html
        assert "Shop" in html


def test_images_are_scoped_by_product(foreign, own, seller):
    from backoffice.kernel.scope.rules import visible

    assert set(visible(ProductImage.objects.all(), seller)) == set(own.images.all())
