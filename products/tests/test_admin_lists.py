"""The lists of the catalogue: search, filters, colours, bulk actions."""

from __future__ import annotations

import pytest

from products.models import Category, MovementReason, Product, Stock, Variant
from products.selectors.levels import StockLevel, product_facts
from products.services.categories import category_create
from products.services.images import image_add
from products.services.stock import StockDemand, StockMove, stock_allocate, stock_move
from products.tests.factories import LocationFactory, ProductFactory, StockFactory, VariantFactory
from products.tests.pictures import picture

pytestmark = pytest.mark.django_db

PRODUCTS, VARIANTS, STOCK = (f"/admin/products/{name}/" for name in ("product", "variant", "stock"))


@pytest.fixture
def lead(entered):
    return entered("Operations lead")


def stocked(variant: Variant, quantity: int, *, reorder_point: int = 0, code: str = "main") -> Stock:
    place = LocationFactory(code=code)
    if quantity:
        stock_move(
            moves=[StockMove(variant_id=variant.pk, location_id=place.pk, quantity=quantity)],
            reason=MovementReason.OPENING,
        )
        Stock.objects.filter(variant=variant, location=place).update(reorder_point=reorder_point)
        return Stock.objects.get(variant=variant, location=place)
    return StockFactory(variant=variant, location=place, reorder_point=reorder_point)


def names(client, url: str) -> set[str]:
    response = client.get(url)
    assert response.status_code == 200
    return {
        getattr(row, "name", None) or getattr(row, "sku", None) or str(row)
        for row in response.context["cl"].result_list
    }


class TestSearch:
    @pytest.fixture(autouse=True)
    def goods(self, lead):
        mug = ProductFactory(name="Blue Enamel Mug", brand="Nordlicht", handle="enamel-mug")
        VariantFactory(product=mug, sku="NL-100", barcode="4006381333931", title="Blue / M")
        VariantFactory(product=mug, sku="NL-101")
        VariantFactory(product__name="Plate", product__brand="Kettle", product__handle="plate", sku="KT-1")

    @pytest.mark.parametrize(
        ("text", "found"),
        [
            ("mug", {"Blue Enamel Mug"}),
            ("ENAMEL mug", {"Blue Enamel Mug"}),
            ("mug plate", set()),
            ("nord", {"Blue Enamel Mug"}),
            ("nl-1", {"Blue Enamel Mug"}),
            ("100", set()),
            ("40063813", {"Blue Enamel Mug"}),
            ("enamel-", {"Blue Enamel Mug"}),
            ("", {"Blue Enamel Mug", "Plate"}),
            ("%", set()),
        ],
    )
    def test_products(self, client, text, found):
        assert names(client, f"{PRODUCTS}?q={text.replace(' ', '+').replace('%', '%25')}") == found

    @pytest.mark.parametrize(
        ("text", "found"),
        [("nl-1", {"NL-100", "NL-101"}), ("blue m", {"NL-100", "NL-101"}), ("400638", {"NL-100"}), ("kt", {"KT-1"})],
    )
    def test_variants(self, client, text, found):
        assert names(client, f"{VARIANTS}?q={text.replace(' ', '+')}") == found

    def test_stock_and_its_movements(self, client):
        stocked(Variant.objects.get(sku="NL-100"), 3)
        stocked(Variant.objects.get(sku="KT-1"), 3)

        assert names(client, f"{STOCK}?q=enamel") == {"NL-100 Blue / M at Main warehouse"}
        assert len(names(client, "/admin/products/stockmovement/?q=nl-100")) == 1


class TestLevels:
    @pytest.fixture
    def goods(self, lead) -> dict[str, Product]:
        rows = {
            name: VariantFactory(product__name=name).product for name in ("plenty", "low", "out", "promised", "none")
        }
        stocked(rows["plenty"].variants.get(), 9, reorder_point=3)
        stocked(rows["low"].variants.get(), 3, reorder_point=3)
        stocked(rows["low"].variants.get(), 90, code="far")
        stocked(rows["out"].variants.get(), 0)
        promised = stocked(rows["promised"].variants.get(), 2)
        stock_allocate(demands=[StockDemand(key=1, variant_id=promised.variant_id, quantity=2)])
        return rows

    @pytest.mark.parametrize(
        ("level", "found"), [("ok", {"plenty"}), ("low", {"low"}), ("out", {"out", "promised"}), ("none", {"none"})]
    )
    def test_the_filter_and_the_badge_agree(self, client, goods, level, found):
        assert names(client, f"{PRODUCTS}?stock={level}") == found
        facts = product_facts([product.pk for product in goods.values()])
        assert {name for name, product in goods.items() if facts[product.pk].stock.level == level} == found
        skus = {product.variants.get().sku for name, product in goods.items() if name in found}
        assert names(client, f"{VARIANTS}?stock={level}") == skus

    def test_the_badge_says_it_in_words(self, client, goods):
        html = client.get(PRODUCTS).content.decode()

        for words in ("In stock · 9", "Low at 1 of 2 · 93", "Out of stock", "Not stocked"):
            assert words in html
        assert {level.value for level in StockLevel} == {"ok", "low", "out", "none"}

    @pytest.mark.parametrize(("state", "count"), [("out", 2), ("low", 1), ("ok", 2), ("promised", 1), ("oversold", 0)])
    def test_single_rows_of_stock(self, client, goods, state, count):
        assert len(client.get(f"{STOCK}?stock={state}").context["cl"].result_list) == count

    def test_the_value_of_stock_at_cost(self, client, goods):
        Variant.objects.filter(product=goods["plenty"]).update(cost="2.50")

        html = client.get(f"{STOCK}?q=plenty").content.decode()

        assert "€22.50" in html


class TestFilters:
    def test_a_category_stands_for_its_branch(self, client, lead):
        kitchen = category_create(category=Category(name="Kitchen"))
        mugs = category_create(category=Category(name="Mugs"), parent=kitchen)
        garden = category_create(category=Category(name="Garden"))
        for category in (kitchen, mugs, garden, None):
            ProductFactory(name=category.name if category else "Loose", category=category)

        assert names(client, f"{PRODUCTS}?category={kitchen.pk}") == {"Kitchen", "Mugs"}
        assert names(client, f"{PRODUCTS}?category={mugs.pk}") == {"Mugs"}
        assert names(client, f"{PRODUCTS}?category=none") == {"Loose"}
        assert names(client, f"{PRODUCTS}?category={garden.pk + 1}") == set()

    def test_the_choice_of_categories_goes_level_by_level(self, client, lead):
        kitchen = category_create(category=Category(name="Kitchen"))
        mugs = category_create(category=Category(name="Mugs"), parent=kitchen)
        category_create(category=Category(name="Big mugs"), parent=mugs)

        def offered(url: str) -> list[str]:
            (spec,) = [spec for spec in client.get(url).context["cl"].filter_specs if spec.title == "category"]
            return [label.strip() for _, label in spec.lookup_choices]

        assert offered(PRODUCTS) == ["No category", "Kitchen"]
        assert offered(f"{PRODUCTS}?category={kitchen.pk}") == ["No category", "Kitchen", "Mugs"]
        assert offered(f"{PRODUCTS}?category={mugs.pk}") == ["No category", "Kitchen", "Mugs", "Big mugs"]

    @pytest.mark.parametrize(
        ("missing", "found"), [("price", "unpriced"), ("variants", "bare"), ("description", "whole")]
    )
    def test_what_is_missing(self, client, lead, missing, found):
        VariantFactory(product__name="unpriced", product__description="x", price=0)
        ProductFactory(name="bare", description="x")
        whole = VariantFactory(product__name="whole").product
        image_add(product=whole, content=picture(), name="a.png")

        assert names(client, f"{PRODUCTS}?missing={missing}") == {found}
        assert names(client, f"{PRODUCTS}?missing=pictures") == {"unpriced", "bare"}

    def test_prices_of_variants(self, client, lead):
        VariantFactory(sku="FREE", price=0)
        VariantFactory(sku="SALE", price=5, compare_at_price=9)
        VariantFactory(sku="LOSS", price=5, cost=9)

        for value, found in (("missing", "FREE"), ("reduced", "SALE"), ("below_cost", "LOSS")):
            assert names(client, f"{VARIANTS}?price={value}") == {found}


@pytest.mark.postgres
def test_numbers_are_looked_up_in_indexes():
    from django.db import connection

    VariantFactory.create_batch(3)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("EXPLAIN SELECT id FROM products_variant WHERE UPPER(sku::text) LIKE UPPER('NL-1%')")
        plan = "\n".join(row[0] for row in cursor.fetchall())
        cursor.execute("SELECT indexname FROM pg_indexes WHERE indexname LIKE 'products%upper'")
        names = {row[0] for row in cursor.fetchall()}

    assert "products_variant_by_sku_upper" in plan
    assert names == {
        "products_product_by_handle_upper",
        "products_variant_by_barcode_upper",
        "products_variant_by_sku_upper",
    }
