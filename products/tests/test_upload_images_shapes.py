"""The picture columns of other systems' files: pictures in their order, on the variants that they show."""

from __future__ import annotations

import textwrap

import pytest

from accounts.tests.factories import SellerFactory
from backoffice.kernel.tests.transfers.uploading import applied, counts
from products.models import ProductImage
from products.tests.factories import LocationFactory, TaxClassFactory
from products.tests.pictures import packed, picture

pytestmark = pytest.mark.django_db

PICTURES = packed(
    mug__png=picture("red"), mug2__png=picture("lime"), blue__png=picture("blue"), more__png=picture("gold")
)

# System → (file, counts, picture, description and variant of each of the mug's pictures).
FILES = {
    "shopify": (
        """
        Handle,Title,Option1 Name,Option1 Value,Variant SKU,Variant Price,Image Src,Image Position,Image Alt Text,Variant Image
        mug,Mug,Colour,Red,M-1,5,mug2.png,2,Two,
        mug,,,Blue,M-2,6,,,,blue.png
        mug,,,,,,mug.png,1,One,
        """,
        {"created": 2, "skipped": 1},
        [("mug.png", "One", None), ("mug2.png", "Two", None), ("blue.png", "", "M-2")],
    ),
    "shopify_url_handle": (
        """
        Title,URL handle,SKU,Option1 name,Option1 value,Price,Product image URL,Image position,Image alt text,Variant image URL
        Mug,mug,M-1,Colour,Red,5,mug2.png,2,Two,
        ,mug,M-2,,Blue,6,,,,blue.png
        ,mug,,,,,mug.png,1,One,
        """,
        {"created": 2, "skipped": 1},
        [("mug.png", "One", None), ("mug2.png", "Two", None), ("blue.png", "", "M-2")],
    ),
    "woocommerce": (
        """
        ID,Type,SKU,Name,Published,Regular price,Images,Parent,Attribute 1 name,Attribute 1 value(s)
        1,variable,MUG,Mug,1,,"mug.png, mug2.png",,Colour,"Blue, Red"
        2,variation,M-1,Mug - Red,1,5,,MUG,Colour,Red
        3,variation,M-2,Mug - Blue,1,6,blue.png,MUG,Colour,Blue
        """,
        {"created": 3},
        [("mug.png", "", None), ("mug2.png", "", None), ("blue.png", "", "M-2")],
    ),
    "magento": (
        """
        sku,store_view_code,attribute_set_code,product_type,product_websites,name,price,url_key,base_image,base_image_label,additional_images
        M-1,,Default,simple,base,Mug,5,mug,/m/u/mug.png,One,"/m/u/mug.png,/m/u/mug2.png,/m/o/more.png"
        M-1,german,,simple,,Becher,,,,Eins,
        """,
        {"created": 1, "skipped": 1},
        [("mug.png", "One", None), ("mug2.png", "", None), ("more.png", "", None)],
    ),
    "bagisto": (
        """
        sku,parent_sku,locale,attribute_family_code,type,images,name,price,url_key,configurable_variants
        MUG,,en,default,configurable,"mug.png, mug2.png",Mug,,mug,"sku=M-1,colour=Red"
        MUG,,de,default,configurable,"mug.png, mug2.png",Becher,,mug,
        M-1,MUG,en,default,simple,more.png,Mug red,5,mug-red,
        """,
        {"created": 2, "skipped": 1},
        [("mug.png", "", None), ("mug2.png", "", None), ("more.png", "", None)],
    ),
    "prestashop": (
        """
        Product ID;Active (0/1);Name *;Price tax excluded;Reference #;URL rewritten;Image URLs (x,y,z...);Image alt texts (x,y,z...)
        1;1;Mug;5;M-1;mug;img/mug.png,img/mug2.png;One,Two
        """,
        {"created": 1},
        [("mug.png", "One", None), ("mug2.png", "Two", None)],
    ),
    "spree": (
        """
        slug,sku,name,price,option1_name,option1_value,inventory_count,image1_src,image2_src,image3_src
        mug,,Mug,,,,,mug.png,,mug2.png
        mug,M-1,,5,Colour,Red,1,,,
        mug,M-2,,6,Colour,Blue,1,blue.png,,
        """,
        {"created": 3},
        [("mug.png", "", None), ("mug2.png", "", None), ("blue.png", "", "M-2")],
    ),
    "vendure": (
        """
        name,slug,assets,optionGroups,optionValues,sku,price,stockOnHand,variantAssets
        Mug,mug,mug.png|mug2.png,colour,red,M-1,5,1,
        ,,,,blue,M-2,6,1,blue.png
        """,
        {"created": 2},
        [("mug.png", "", None), ("mug2.png", "", None), ("blue.png", "", "M-2")],
    ),
    "square": (
        """
        Token,Item Name,Variation Name,SKU,Price,Image URL
        1,Mug,Regular,M-1,5,mug.png
        """,
        {"created": 1},
        [("mug.png", "", None)],
    ),
}


@pytest.fixture(autouse=True)
def shop():
    TaxClassFactory()
    LocationFactory()
    SellerFactory(code="north")


@pytest.mark.parametrize("shape", sorted(FILES))
def test_pictures_come_in_and_change_nothing_the_second_time(shape):
    text, expected, pictures = FILES[shape]
    rows = sum(expected.values())

    upload = applied(textwrap.dedent(text).lstrip(), pictures=PICTURES)

    assert upload.mapping["shape"] == shape
    assert counts(upload) == {"rows": rows, **expected}
    found = ProductImage.objects.filter(product__name="Mug")
    assert list(found.values_list("file__name", "alt_text", "variant__sku")) == pictures
    again = applied(textwrap.dedent(text).lstrip(), pictures=PICTURES)
    left = {"skipped": expected["skipped"]} if "skipped" in expected else {}
    assert counts(again) == {"rows": rows, "unchanged": expected["created"], **left}
    assert [warning for warning in again.warnings if "loaded" in warning or "left out" in warning] == []
