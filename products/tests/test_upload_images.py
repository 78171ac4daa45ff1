"""Pictures that come with a product file, packed in a ZIP."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Permission

from accounts.tests.factories import SellerFactory, SellerUserFactory
from backoffice.kernel.files.models import StoredFile
from backoffice.kernel.files.services import file_path
from backoffice.kernel.tests.transfers.uploading import actions, applied, counts, diffs, errors, planned
from products.models import ProductImage, Variant
from products.services.images import image_add
from products.tests.factories import LocationFactory, ProductFactory, TaxClassFactory, VariantFactory
from products.tests.pictures import SVG, bomb, packed, picture, zipped
from products.tests.uploads import exported, queries_of

pytestmark = pytest.mark.django_db

MUG = "handle,sku,name,price,images\nmug,M-1,Mug,9.90,front.png|side.png\n"
RED_AND_BLUE = packed(front__png=picture("red"), side__png=picture("blue"))


@pytest.fixture(autouse=True)
def seller():
    TaxClassFactory()
    LocationFactory()
    return SellerFactory(code="north", store_name="North Trade")


def pictures_of(handle: str) -> list[str]:
    """Return the names of a product's pictures in their order, after proving that the order has no gaps."""
    rows = list(ProductImage.objects.filter(product__handle=handle).values_list("file__name", "position"))
    assert [position for _, position in rows] == list(range(len(rows)))
    return [name for name, _ in rows]


def test_a_new_products_pictures_come_in_their_order(seller):
    upload = planned(MUG, pictures=RED_AND_BLUE)
    assert diffs(upload)[2]["images"] == "front.png | side.png"
    assert ProductImage.objects.count() == 0

    upload = applied(MUG, pictures=RED_AND_BLUE)

    assert (counts(upload), upload.warnings) == (
        {"rows": 1, "created": 1},
        ["1 new product names no seller and goes to “north”."],
    )
    assert pictures_of("mug") == ["front.png", "side.png"]
    image = ProductImage.objects.first()
    assert (image.width, image.height, image.file.content_type, image.file.purpose) == (
        40,
        30,
        "image/png",
        "product_image",
    )
    assert file_path(image.thumbnail).is_file()
    assert image.history.get().history_job == upload.apply_job


def test_it_leaves_what_adding_by_hand_leaves(seller):
    ProductFactory(handle="pot", seller=seller)
    by_hand, _ = image_add(
        product=ProductFactory(handle="hand"), content=picture("red"), name="front.png", alt_text="Red"
    )

    applied("handle,images,image_alt\npot,front.png,Red\n", pictures=packed(front__png=picture("red")))

    uploaded = ProductImage.objects.get(product__handle="pot")
    for name in ("digest", "width", "height", "alt_text", "position", "variant_id"):
        assert getattr(uploaded, name) == getattr(by_hand, name)
        assert getattr(uploaded.history.get(), name) == getattr(by_hand, name)
    for file in ("file", "thumbnail"):
        kept, other = getattr(uploaded, file), getattr(by_hand, file)
        for name in ("name", "path", "digest", "content_type", "purpose"):
            assert getattr(kept, name) == getattr(other, name)


def test_the_same_again_changes_nothing():
    applied(MUG, pictures=RED_AND_BLUE)
    before = (ProductImage.history.count(), StoredFile.objects.filter(purpose="product_image").count())

    again = applied(MUG, pictures=RED_AND_BLUE)
    without = applied(MUG)

    assert counts(again) == counts(without) == {"rows": 1, "unchanged": 1}
    assert (again.warnings, without.warnings) == ([], [])
    assert (ProductImage.history.count(), StoredFile.objects.filter(purpose="product_image").count()) == before


def test_names_are_compared_without_folders_case_and_spelling():
    files = zipped(
        {"Photos/FRONT.PNG": picture("red"), "a\u0308.jpeg": picture("blue", kind="JPEG"), "x, y.png": picture("green")}
    )

    upload = applied(
        'handle,sku,name,price,images\nmug,M-1,Mug,1,front.png|ä.jpg\npot,P-1,Pot,1,"x, y.png"\n', pictures=files
    )

    assert counts(upload) == {"rows": 2, "created": 2}
    assert pictures_of("mug") == ["FRONT.png", "a\u0308.jpg"]
    assert pictures_of("pot") == ["x, y.png"]
    assert counts(applied('handle,images\npot,"x, y.png"\n')) == {"rows": 1, "unchanged": 1}


def test_what_is_wrong_is_told_at_row_and_column_before_anything_changes():
    files = packed(bomb__png=bomb(), logo__png=SVG, cut__png=picture()[:60])

    upload = planned(
        """
        handle,sku,name,price,images
        a,A,A,1,missing.png
        b,B,B,1,bomb.png
        c,C,C,1,logo.png
        d,D,D,1,cut.png
        """,
        pictures=files,
    )

    assert counts(upload) == {"rows": 4, "failed": 4}
    assert errors(upload) == {
        2: [["images", "missing.png", "There is no picture of this name in the ZIP."]],
        3: [
            [
                "images",
                "bomb.png",
                "bomb.png: the picture is 30000 × 30000 = 900.0 megapixels; at most 25.0 are accepted.",
            ]
        ],
        4: [["images", "logo.png", "logo.png: the file is an SVG, XML or HTML text; please upload PNG or JPEG."]],
        5: [["images", "cut.png", "cut.png: the PNG file is damaged or cut short."]],
    }
    assert (ProductImage.objects.count(), Variant.objects.count()) == (0, 0)


def test_two_pictures_of_one_name_are_told_apart_by_their_folders_or_refused():
    files = zipped({"red/front.png": picture("red"), "blue/front.png": picture("blue")})

    upload = applied(
        "handle,sku,name,price,images\na,A,A,1,front.png\nb,B,B,1,blue/front.png\n", pictures=files, on_error="skip"
    )

    assert actions(upload) == {2: "error", 3: "create"}
    message = "Several pictures in the ZIP have this name: red/front.png, blue/front.png."
    assert errors(upload) == {2: [["images", "front.png", message]]}
    assert pictures_of("b") == ["front.png"]


def test_names_without_a_zip_are_one_warning_and_no_error():
    upload = applied("sku,name,price,images\nA,A,1,a.png\nB,B,1,b.png\n")

    assert counts(upload) == {"rows": 2, "created": 2}
    assert (
        "2 pictures are named, but there is no ZIP of pictures with the file; they are left out: a.png, b.png"
        in upload.warnings
    )
    assert ProductImage.objects.count() == 0


def test_pictures_that_nobody_names_are_listed():
    upload = applied(
        MUG, pictures=packed(front__png=picture("red"), side__png=picture("blue"), other__png=picture("lime"))
    )

    assert "1 picture in the ZIP is named by no sound row: other.png" in upload.warnings


def test_pictures_are_added_ordered_and_described():
    applied(MUG, pictures=RED_AND_BLUE)

    upload = applied(
        "handle,images,image_alt\nmug,side.png|top.png,From the side|From above\n",
        pictures=packed(top__png=picture("lime")),
    )

    assert diffs(upload) == {
        2: {
            "images": ["front.png | side.png", "side.png | top.png | front.png"],
            "image_alt": ["", "From the side | From above"],
        }
    }
    assert pictures_of("mug") == ["side.png", "top.png", "front.png"]
    assert list(ProductImage.objects.values_list("alt_text", flat=True)) == ["From the side", "From above", ""]
    assert counts(applied("handle,images\nmug,side.png\n")) == {"rows": 1, "unchanged": 1}


def test_another_picture_of_the_same_name_takes_its_place():
    applied(MUG, pictures=RED_AND_BLUE)
    old = ProductImage.objects.first()

    upload = applied(MUG, pictures=packed(front__png=picture("lime"), side__png=picture("blue")))

    assert diffs(upload) == {2: {"images": ["front.png | side.png", "front.png (new) | side.png"]}}
    assert pictures_of("mug") == ["front.png", "side.png"]
    new = ProductImage.objects.first()
    assert (new.pk, new.digest != old.digest) == (old.pk, True)


def test_clearing_takes_every_picture_off():
    applied(MUG, pictures=RED_AND_BLUE)

    upload = applied("handle,images\nmug,[clear]\n")

    assert diffs(upload) == {2: {"images": ["front.png | side.png", ""]}}
    assert pictures_of("mug") == []
    assert ProductImage.history.filter(history_type="-", history_job=upload.apply_job).count() == 2


def test_a_variant_is_shown_by_its_picture():
    text = """
        handle,sku,name,price,images,variant_image,option1_name,option1_value
        mug,M-1,Mug,1,front.png,red.png,Colour,Red
        mug,M-2,,1,,blue.png,Colour,Blue
        """
    files = packed(front__png=picture("gray"), red__png=picture("red"), blue__png=picture("blue"))

    upload = applied(text, pictures=files)

    assert counts(upload) == {"rows": 2, "created": 2}
    rows = ProductImage.objects.values_list("file__name", "variant__sku")
    assert list(rows) == [("front.png", None), ("red.png", "M-1"), ("blue.png", "M-2")]
    assert counts(applied(text, pictures=files)) == {"rows": 2, "unchanged": 2}


def test_too_many_descriptions_and_too_long_ones_are_refused():
    VariantFactory(sku="A")
    VariantFactory(sku="B")

    upload = planned(f"sku,images,image_alt\nA,front.png,One|Two\nB,front.png,{'x' * 256}\n", pictures=RED_AND_BLUE)

    assert errors(upload) == {
        2: [["image_alt", "One|Two", "There are more descriptions than images."]],
        3: [["image_alt", "x" * 200, "A description may have at most 255 letters."]],
    }


def test_the_export_uploads_again_as_unchanged():
    applied(
        """
        handle,sku,name,price,images,image_alt,variant_image
        mug,M-1,Mug,1,front.png|side.png,"Front, red|",side.png
        mug,M-2,,2,,,
        """,
        pictures=RED_AND_BLUE,
    )
    text = exported("products")

    assert b',front.png|side.png,"Front, red|",side.png\r\n' in text
    assert counts(applied(text)) == {"rows": 2, "unchanged": 2}


def test_a_seller_reaches_own_products_only(seller, entered):
    user = entered("Seller", seller=seller)
    foreign = VariantFactory(sku="X-1", product__handle="secret", product__seller=SellerFactory())
    image_add(product=foreign.product, content=picture("lime"), name="secret.png")

    upload = applied("sku,images\nX-1,front.png\n", owner=user, pictures=RED_AND_BLUE, on_error="skip")

    assert errors(upload) == {2: [["sku", "X-1", "This SKU cannot be used."]]}
    assert pictures_of("secret") == ["secret.png"]


def test_who_may_not_add_pictures_adds_none(seller):
    user = SellerUserFactory(seller=seller)
    user.user_permissions.set(Permission.objects.filter(codename="import_product"))

    upload = applied(MUG, owner=user, pictures=RED_AND_BLUE)

    assert upload.warnings == ["1 row's images are left out: you may not add any."]
    assert (counts(upload), ProductImage.objects.count()) == ({"rows": 1, "created": 1}, 0)


def test_rows_without_pictures_cost_no_query_more():
    plain = "sku,name,price\n" + "".join(f"A-{n},Thing,1\n" for n in range(50))
    blank = "sku,name,price,images,image_alt,variant_image\n" + "".join(f"B-{n},Thing,1,,,\n" for n in range(50))

    assert queries_of(blank) == queries_of(plain)


def test_queries_do_not_grow_with_the_products():
    files = packed(front__png=picture("red"))
    queries_of("sku,name,price,images\nW-1,Thing,1,front.png\n", pictures=files)

    few = queries_of("sku,name,price,images\n" + "".join(f"A-{n},T,1,front.png\n" for n in range(2)), pictures=files)
    many = queries_of("sku,name,price,images\n" + "".join(f"B-{n},T,1,front.png\n" for n in range(20)), pictures=files)

    # One sign of life per product may be written on the way.
    assert many - few <= 4
    assert ProductImage.objects.count() == 23
    assert StoredFile.objects.filter(purpose="product_image", name="front.png").count() == 3
