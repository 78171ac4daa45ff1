"""Pictures are checked before they are decoded, kept once per product, and ordered."""

from __future__ import annotations

import hashlib

import pytest
from PIL import Image

from backoffice.kernel.files.services import file_path
from products.events import catalogue_changed
from products.exceptions import CatalogueRefused
from products.models import ProductImage
from products.services.images import image_add, image_change, image_remove, image_reorder
from products.tests.factories import ProductFactory, VariantFactory
from products.tests.pictures import PSD, SVG, bomb, picture

pytestmark = pytest.mark.django_db


@pytest.fixture
def product():
    return ProductFactory()


def add(product, content=None, **named) -> ProductImage:
    image, new = image_add(product=product, content=content or picture(), name="front.png", **named)
    assert new is True
    return image


def test_a_picture_is_stored_with_a_thumbnail(product):
    image = add(product, picture(size=(900, 600)), alt_text=" From the front ")

    assert (image.width, image.height, image.alt_text, image.position) == (900, 600, "From the front", 0)
    assert (image.file.name, image.file.content_type, image.file.purpose) == ("front.png", "image/png", "product_image")
    assert image.digest == image.file.digest == hashlib.sha256(file_path(image.file).read_bytes()).hexdigest()
    with Image.open(file_path(image.thumbnail)) as small:
        assert small.size == (240, 160)
    assert image.history.count() == 1


def test_the_name_follows_the_format(product):
    image, _ = image_add(product=product, content=picture(kind="JPEG"), name="..\\x/Front view.PNG")

    assert (image.file.name, image.file.content_type) == ("Front view.jpg", "image/jpeg")


def test_the_same_picture_is_kept_once_per_product(product):
    first = add(product)

    again, new = image_add(product=product, content=picture(), name="other-name.png")

    assert (again, new, ProductImage.objects.count()) == (first, False, 1)
    assert add(ProductFactory()).digest == first.digest


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (bomb(), "megapixels"),
        (bomb(60_000), "each side may have"),
        (SVG, "SVG, XML or HTML"),
        (PSD, "Photoshop"),
        (b"", "empty"),
        (b"GIF89a" + bytes(50), "a GIF"),
        (picture()[:60], "damaged or cut short"),
    ],
)
def test_what_is_no_picture_is_refused(product, content, reason):
    with pytest.raises(CatalogueRefused, match=reason) as refusal:
        image_add(product=product, content=content, name="front.png")

    assert str(refusal.value).startswith("front.png: ")
    assert refusal.value.field == "pictures"
    assert ProductImage.objects.count() == 0


def test_a_picture_shows_a_variant_of_its_own_product(product):
    own, foreign = VariantFactory(product=product), VariantFactory()

    assert add(product, variant=own).variant == own
    with pytest.raises(CatalogueRefused, match="another product"):
        image_add(product=product, content=picture("blue"), name="x.png", variant=foreign)
    image = ProductImage.objects.get()
    image.variant = foreign
    with pytest.raises(CatalogueRefused, match="another product"):
        image_change(image=image)

    assert ProductImage.objects.get().variant == own


def test_ordering(product):
    red, green, blue = (add(product, picture(colour)) for colour in ("red", "green", "blue"))

    image_reorder(product=product, image_ids=[blue.pk, red.pk])

    assert list(product.images.values_list("pk", flat=True)) == [blue.pk, red.pk, green.pk]
    assert list(product.images.values_list("position", flat=True)) == [0, 1, 2]
    assert blue.history.first().position == 0
    with pytest.raises(CatalogueRefused, match="another product"):
        image_reorder(product=ProductFactory(), image_ids=[blue.pk])


def test_removing_keeps_the_file_and_the_history(product):
    image = add(product)
    path = file_path(image.file)

    image_remove(image=image)

    assert ProductImage.objects.count() == 0
    assert path.is_file()
    assert ProductImage.history.first().history_type == "-"


def test_each_call_tells_once(product):
    heard = []
    catalogue_changed.connect(lambda product_ids, **_: heard.append(product_ids), weak=False, dispatch_uid="test")
    try:
        image = add(product)
        image_add(product=product, content=picture(), name="again.png")
        image_reorder(product=product, image_ids=[image.pk])
        image_remove(image=image)
    finally:
        catalogue_changed.disconnect(dispatch_uid="test")

    assert heard == [[product.pk], [product.pk]]
