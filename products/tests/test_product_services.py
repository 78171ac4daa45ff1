"""Products and variants are saved clean, under handles and SKUs of their own."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from accounts.tests.factories import SellerFactory
from backoffice.kernel.history.context import audit
from backoffice.kernel.states.machine import TransitionRefused
from products.events import catalogue_changed
from products.models import Attribute, AttributeValue, Product, Variant, VariantOption
from products.services.descriptions import description_clean
from products.services.products import (
    handle_for,
    product_archive,
    product_publish,
    product_save,
    product_withdraw,
    products_archive,
    products_publish,
)
from products.services.variants import options_read, options_text, variant_save
from products.states import PRODUCT_MACHINE, ProductStatus
from products.tests.factories import ProductFactory, TaxClassFactory, VariantFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def heard():
    news = []
    catalogue_changed.connect(
        lambda product_ids, variant_ids, **_: news.append((product_ids, variant_ids)), weak=False, dispatch_uid="test"
    )
    yield news
    catalogue_changed.disconnect(dispatch_uid="test")


def new_product(**values) -> Product:
    defaults = {"seller": SellerFactory(), "tax_class": TaxClassFactory(), "name": "Blue Mug"}
    return Product(**{**defaults, **values})


class TestProduct:
    def test_a_new_product_is_a_draft_with_a_handle(self, heard):
        product = product_save(product=new_product(name="  Blaue Tasse №1 ", status=ProductStatus.ACTIVE))

        product.refresh_from_db()
        assert (product.name, product.handle, product.status) == ("Blaue Tasse №1", "blaue-tasse-no1", "draft")
        assert product.history.count() == 1
        assert heard == [([product.pk], [])]

    def test_handles_are_numbered_within_a_seller(self):
        seller = SellerFactory()

        handles = [product_save(product=new_product(seller=seller)).handle for _ in range(3)]

        assert handles == ["blue-mug", "blue-mug-2", "blue-mug-3"]
        assert product_save(product=new_product()).handle == "blue-mug"

    def test_a_name_without_letters_still_gives_a_handle(self):
        assert handle_for(seller_id=SellerFactory().pk, name="???") == "product"

    def test_a_handle_that_is_taken_is_refused_by_name(self):
        first = product_save(product=new_product())
        second = product_save(product=new_product(seller=first.seller, name="Red Mug"))
        second.handle, second.name = first.handle, "Green Mug"

        with pytest.raises(ValidationError) as refusal:
            product_save(product=second)

        assert refusal.value.message_dict == {
            "handle": ["The handle “blue-mug” is already used for “Blue Mug”. Choose another."]
        }
        second.refresh_from_db()
        assert (second.name, second.handle, second.history.count()) == ("Red Mug", "red-mug", 1)

    def test_saving_leaves_the_status_to_the_machine(self):
        product = ProductFactory(status=ProductStatus.ACTIVE)
        stale = Product.objects.get(pk=product.pk)
        product_archive(product=product)
        stale.name = "New name"

        product_save(product=stale)

        product.refresh_from_db()
        assert (product.name, product.status) == ("New name", "archived")

    def test_descriptions_are_cleaned(self):
        product = product_save(
            product=new_product(description="<p onclick=x>Fine <b>mug</b></p><script>alert(1)</script>")
        )

        assert product.description == "<p>Fine <b>mug</b></p>"


class TestDescriptions:
    @pytest.mark.parametrize(
        ("dirty", "clean"),
        [
            ("plain text", "plain text"),
            ("<a href='javascript:alert(1)'>x</a>", '<a rel="noopener nofollow">x</a>'),
            (
                "<a href='https://example.com' target=_blank>x</a>",
                '<a href="https://example.com" rel="noopener nofollow">x</a>',
            ),
            ("<img src=x onerror=alert(1)>", '<img src="x">'),
            ("<iframe src=https://example.com></iframe>after", "after"),
            ("<style>p{}</style><form><input></form>", ""),
            ("<svg><script>alert(1)</script></svg>", ""),
            ("5 < 6 & 7 > 3", "5 &lt; 6 &amp; 7 &gt; 3"),
        ],
    )
    def test_what_stays_and_what_goes(self, dirty, clean):
        assert description_clean(dirty) == clean

    @given(st.text(alphabet="<>/\"'= &;abp script onclick!-\n", max_size=80))
    def test_cleaning_twice_changes_nothing(self, text):
        once = description_clean(text)

        assert description_clean(once) == once


class TestStatus:
    @pytest.mark.parametrize(
        ("service", "source", "target"),
        [
            (product_publish, "draft", "active"),
            (product_publish, "archived", "active"),
            (product_archive, "draft", "archived"),
            (product_archive, "active", "archived"),
            (product_withdraw, "active", "draft"),
        ],
    )
    def test_permitted_moves(self, service, source, target, heard):
        product = VariantFactory(product__status=source).product

        with audit(reason="Season"):
            service(product=product)

        assert Product.objects.get(pk=product.pk).status == target
        newest = product.history.first()
        assert (newest.status, newest.history_change_reason) == (target, "Season")
        assert heard == [([product.pk], [])]

    @pytest.mark.parametrize(
        ("service", "source"),
        [
            (product_publish, "active"),
            (product_archive, "archived"),
            (product_withdraw, "draft"),
            (product_withdraw, "archived"),
        ],
    )
    def test_refused_moves_change_nothing(self, service, source, heard):
        product = VariantFactory(product__status=source).product

        with pytest.raises(TransitionRefused, match="it would have to be"):
            service(product=product)

        assert Product.objects.get(pk=product.pk).status == source
        assert (product.history.count(), heard) == (1, [])

    @pytest.mark.parametrize("on_sale", [None, False])
    def test_publishing_needs_a_variant_on_sale(self, on_sale):
        product = ProductFactory(status="draft")
        if on_sale is False:
            VariantFactory(product=product, is_active=False)

        with pytest.raises(TransitionRefused, match="has no variant on sale"):
            product_publish(product=product)

        assert Product.objects.get(pk=product.pk).status == "draft"

    def test_many_products_are_asked_in_one_query(self, django_assert_num_queries):
        VariantFactory.create_batch(20, product__status="draft")

        with django_assert_num_queries(2):
            refusals = [
                PRODUCT_MACHINE.refusal(product, "publish") for product in Product.objects.prefetch_related("variants")
            ]

        assert refusals == [""] * 20


class TestVariant:
    def test_option_values_make_the_title(self, heard):
        product = ProductFactory()

        variant = variant_save(
            variant=Variant(product=product, sku=" MUG-R ", price="9.90"), options=[("Colour", "Red"), ("Size", "M")]
        )

        assert (variant.sku, variant.title) == ("MUG-R", "Red / M")
        assert list(variant.options.values_list("attribute__name", "value__value")) == [
            ("Colour", "Red"),
            ("Size", "M"),
        ]
        assert heard == [([product.pk], [variant.pk])]

    def test_known_attributes_and_values_are_found_whatever_their_case(self):
        for sku, options in [("A", [("Colour", "Red")]), ("B", [("colour", "RED")]), ("C", [("COLOUR ", "Blue")])]:
            variant_save(variant=Variant(product=ProductFactory(), sku=sku, price="1.00"), options=options)

        assert list(Attribute.objects.values_list("name", flat=True)) == ["Colour"]
        assert sorted(AttributeValue.objects.values_list("value", flat=True)) == ["Blue", "Red"]

    def test_changing_options_touches_only_what_differs(self):
        variant = variant_save(
            variant=Variant(product=ProductFactory(), sku="A", price="1.00"),
            options=[("Colour", "Red"), ("Size", "M"), ("Fit", "Slim")],
        )
        kept, changed, gone = variant.options.order_by("position")

        variant_save(variant=variant, options=[("Colour", "Red"), ("Size", "L")])

        assert variant.title == "Red / L"
        assert (kept.history.count(), changed.history.count()) == (1, 2)
        assert VariantOption.history.filter(id=gone.pk).first().history_type == "-"

    def test_a_title_of_ones_own_stays(self):
        variant = variant_save(
            variant=Variant(product=ProductFactory(), sku="A", price="1.00", title="The red one"),
            options=[("Colour", "Red")],
        )

        variant_save(variant=variant, options=[("Colour", "Blue")])

        assert variant.title == "The red one"

    def test_a_sku_that_is_taken_is_refused_without_telling_whose_it_is(self):
        taken = VariantFactory(sku="MUG-1", title="Secret mug")

        with pytest.raises(ValidationError) as refusal:
            variant_save(variant=Variant(product=ProductFactory(), sku="MUG-1", price="1.00"))

        assert refusal.value.message_dict == {
            "sku": ["The SKU “MUG-1” is already in use. SKUs are unique in the whole shop."]
        }
        assert Variant.objects.get() == taken

    @pytest.mark.parametrize(
        ("text", "options"),
        [
            ("", []),
            ("Colour: Red", [("Colour", "Red")]),
            (" Colour :Red;; Size: M, tall ;", [("Colour", "Red"), ("Size", "M, tall")]),
            ("Ratio: 16:9", [("Ratio", "16:9")]),
        ],
    )
    def test_reading_options(self, text, options):
        assert options_read(text) == options
        assert options_read(options_text(options)) == options

    @pytest.mark.parametrize(
        ("text", "message"), [("Red", "“Red” is not understood"), ("Size:", "not understood"), ("A: 1; a: 2", "twice")]
    )
    def test_reading_options_that_make_no_sense(self, text, message):
        with pytest.raises(ValidationError, match=message):
            options_read(text)


def test_many_products_are_published_and_archived_at_once_or_none():
    first, second = (VariantFactory(product=ProductFactory(status="draft")).product for _ in range(2))
    bare = ProductFactory(status="draft")

    with pytest.raises(TransitionRefused) as refusal:
        products_publish(product_ids=[first.pk, second.pk, bare.pk])
    assert str(refusal.value) == f"{bare} has no variant on sale."
    assert set(Product.objects.values_list("status", flat=True)) == {"draft"}

    products_publish(product_ids=[first.pk, second.pk], reason="Ready")
    products_archive(product_ids=[second.pk], reason="Gone")

    told = [list(row.history.order_by("pk").values_list("status", "history_change_reason")) for row in (first, second)]
    assert [rows[1:] for rows in told] == [[("active", "Ready")], [("active", "Ready"), ("archived", "Gone")]]
