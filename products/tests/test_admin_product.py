"""The product page: variants, pictures and texts in one save."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.contrib.messages import get_messages
from django.core.files.uploadedfile import SimpleUploadedFile

from products.models import Category, MovementReason, Product, ProductImage, Variant
from products.services.categories import category_create
from products.services.images import image_add
from products.services.stock import StockMove, stock_move
from products.services.variants import variant_save
from products.tests.admin_forms import posted_form
from products.tests.factories import LocationFactory, ProductFactory, TaxClassFactory, VariantFactory
from products.tests.pictures import PSD, SVG, bomb, picture

pytestmark = pytest.mark.django_db

ADD = "/admin/products/product/add/"


def page(product: Product) -> str:
    return f"/admin/products/product/{product.pk}/change/"


def upload(*contents: bytes) -> list[SimpleUploadedFile]:
    return [SimpleUploadedFile(f"view {n}.png", content) for n, content in enumerate(contents)]


def errors(response) -> dict[str, list[str]]:
    return {name: list(messages) for name, messages in response.context["adminform"].form.errors.items()}


@pytest.fixture
def editor(entered):
    return entered("Catalogue editor")


@pytest.fixture
def product() -> Product:
    """A mug in red and blue, with two pictures."""
    mug = ProductFactory(name="Mug", handle="mug", status="draft")
    for sku, colour in (("MUG-R", "Red"), ("MUG-B", "Blue")):
        variant_save(variant=Variant(product=mug, sku=sku, price="9.90"), options=[("Colour", colour)])
    for colour in ("red", "blue"):
        image_add(product=mug, content=picture(colour), name=f"{colour}.png", alt_text=colour)
    return mug


def test_a_new_product_is_made_with_variants_and_pictures(client, editor):
    existing = ProductFactory()
    category = category_create(category=Category(name="Kitchen"))
    data = posted_form(
        client,
        ADD,
        name="Blue Mug",
        seller=existing.seller_id,
        category=category.pk,
        tax_class=TaxClassFactory().pk,
        description="<p>Fine</p><script>alert(1)</script>",
        pictures=upload(picture("blue"), picture("red"), picture("blue")),
        **{
            "variants-0-sku": " MUG-1 ",
            "variants-0-options_line": "Colour: Blue; Size: M",
            "variants-0-price": "12.50",
        },
    )

    response = client.post(ADD, data)

    assert response.status_code == 302, errors(response)
    product = Product.objects.get(name="Blue Mug")
    assert (product.handle, product.status, product.seller, product.description) == (
        "blue-mug",
        "draft",
        existing.seller,
        "<p>Fine</p>",
    )
    variant = product.variants.get()
    assert (variant.sku, variant.title, variant.price) == ("MUG-1", "Blue / M", Decimal("12.50"))
    assert list(product.images.values_list("file__name", flat=True)) == ["view 0.png", "view 1.png"]
    said = [str(message) for message in get_messages(response.wsgi_request)]
    assert "view 2.png is on this product already and was not added again." in said
    newest = product.history.first()
    assert newest.history_user == editor


def test_one_save_changes_texts_variants_and_pictures(client, editor, product):
    _, blue = product.variants.order_by("pk")
    first, second = product.images.order_by("position")
    data = posted_form(
        client,
        page(product),
        name="Big mug",
        **{
            "variants-0-price": "11.00",
            "variants-1-options_line": "Colour: Navy; Size: L",
            "images-0-position": "5",
            "images-0-alt_text": "From the front",
            "images-1-variant": blue.pk,
        },
    )

    response = client.post(page(product), data)

    assert response.status_code == 302, errors(response)
    product.refresh_from_db()
    assert (product.name, product.handle) == ("Big mug", "mug")
    assert list(product.variants.order_by("pk").values_list("price", "title")) == [
        (Decimal("11.00"), "Red"),
        (Decimal("9.90"), "Navy / L"),
    ]
    assert list(product.images.values_list("pk", "position", "alt_text", "variant")) == [
        (second.pk, 0, "blue", blue.pk),
        (first.pk, 1, "From the front", None),
    ]
    for image in product.images.all():
        newest = image.history.first()
        assert (newest.position, newest.alt_text, newest.variant_id) == (
            image.position,
            image.alt_text,
            image.variant_id,
        )


def test_saving_without_a_change_writes_no_variants(client, editor, product):
    before = list(Variant.history.values_list("history_id", flat=True))

    client.post(page(product), posted_form(client, page(product)))

    assert list(Variant.history.values_list("history_id", flat=True)) == before


def test_a_picture_is_taken_off(client, entered, product):
    entered("Operations lead")
    gone = product.images.first()

    response = client.post(page(product), posted_form(client, page(product), **{"images-0-DELETE": "on"}))

    assert response.status_code == 302
    assert not ProductImage.objects.filter(pk=gone.pk).exists()
    assert product.images.count() == 1


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (bomb(), "view 1.png: the picture is 30000 × 30000 = 900.0 megapixels"),
        (SVG, "view 1.png: the file is an SVG, XML or HTML text; please upload PNG or JPEG."),
        (PSD, "view 1.png: the file is a Photoshop file"),
        (picture()[:70], "view 1.png: the PNG file is damaged or cut short."),
    ],
)
def test_a_bad_picture_is_refused_at_its_field_and_nothing_is_saved(client, editor, product, content, reason):
    data = posted_form(client, page(product), name="Else", pictures=upload(picture("green"), content))

    response = client.post(page(product), data)

    assert response.status_code == 200
    (message,) = errors(response)["pictures"]
    assert message.startswith(reason)
    assert product.images.count() == 2
    assert Product.objects.get().name == "Mug"


def test_a_handle_in_use_is_refused_at_its_field(client, editor, product):
    other = ProductFactory(seller=product.seller, name="Pot", handle="pot")

    response = client.post(page(other), posted_form(client, page(other), handle="mug"))

    assert errors(response) == {"handle": ["The handle “mug” is already used for “Mug”. Choose another."]}
    assert Product.objects.get(pk=other.pk).handle == "pot"


def test_a_sku_in_use_is_refused_at_its_row(client, editor, product):
    VariantFactory(sku="TAKEN")

    response = client.post(page(product), posted_form(client, page(product), **{"variants-0-sku": "TAKEN"}))

    (formset,) = [
        inline.formset for inline in response.context["inline_admin_formsets"] if inline.formset.prefix == "variants"
    ]
    assert formset.forms[0].errors == {"sku": ["This SKU is already in use. SKUs are unique in the whole shop."]}
    assert product.variants.filter(sku="MUG-R").exists()


def test_options_that_make_no_sense_are_refused_at_their_row(client, editor, product):
    response = client.post(page(product), posted_form(client, page(product), **{"variants-0-options_line": "Red"}))

    (formset,) = [
        inline.formset for inline in response.context["inline_admin_formsets"] if inline.formset.prefix == "variants"
    ]
    assert formset.forms[0].errors == {
        "options_line": ["“Red” is not understood. Write, for example, Colour: Red; Size: M."]
    }


def test_a_picture_cannot_show_another_products_variant(client, editor, product):
    foreign = VariantFactory()

    response = client.post(page(product), posted_form(client, page(product), **{"images-0-variant": foreign.pk}))

    assert response.status_code == 200
    assert ProductImage.objects.filter(variant=foreign).count() == 0


def test_status_is_changed_by_its_buttons_alone(client, editor, product):
    client.post(page(product), posted_form(client, page(product), status="active"))
    assert Product.objects.get().status == "draft"

    response = client.post(f"/admin/products/product/{product.pk}/transition/product/publish/", {"reason": "Season"})

    assert response.status_code == 302
    product.refresh_from_db()
    assert (product.status, product.history.first().history_change_reason) == ("active", "Season")


def test_stock_is_shown_per_location_with_the_way_to_its_movements(client, editor, product):
    variant = product.variants.first()
    for code, quantity in (("main", 7), ("shop", 3)):
        place = LocationFactory(code=code, name=code.title())
        stock_move(
            moves=[StockMove(variant_id=variant.pk, location_id=place.pk, quantity=quantity)],
            reason=MovementReason.OPENING,
        )

    html = client.get(page(product)).content.decode()

    assert f"/admin/products/variant/{variant.pk}/stock/" in html
    assert "In stock · 10" in html
    assert "Not stocked yet" in html


def test_many_variants_have_a_list_of_their_own(client, editor, product, monkeypatch):
    monkeypatch.setattr("products.admin.product.MOST_INLINE", 1)

    response = client.get(page(product))

    assert [inline.formset.prefix for inline in response.context["inline_admin_formsets"]] == ["images"]
    assert response.status_code == 200


@pytest.mark.parametrize("role", ["Auditor", "Warehouse", "Order desk"])
def test_readers_see_all_and_change_nothing(client, entered, product, role):
    entered(role)

    html = client.get(page(product)).content.decode()

    assert "Colour: Red" in html
    assert 'type="file"' not in html
    assert client.post(page(product), {"name": "Else"}).status_code == 403
    assert Product.objects.get().name == "Mug"


def test_only_a_bare_product_can_be_deleted(client, entered, product):
    entered("Operations lead")
    bare = ProductFactory()

    for row in (product, bare):
        client.post(f"/admin/products/product/{row.pk}/delete/", {"post": "yes"})

    assert list(Product.objects.all()) == [product]
    assert Product.history.filter(id=bare.pk).first().history_type == "-"


def test_the_history_tells_of_variants_options_and_pictures(client, editor, product):
    html = client.get(f"/admin/products/product/{product.pk}/history/").content.decode()

    for word in ("MUG-R", "MUG-B", "Colour: Red"):
        assert word in html
