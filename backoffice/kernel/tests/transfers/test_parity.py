"""What an upload writes equals what the services for single rows write, field by field."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import models

from accounts.tests.factories import StaffFactory
from backoffice.kernel.history.context import audit
from backoffice.kernel.jobs.models import Job
from backoffice.kernel.tests.transfers.uploading import applied
from products.models import (
    Attribute,
    AttributeValue,
    Category,
    Product,
    Stock,
    StockMovement,
    TaxClass,
    Variant,
    VariantOption,
)  # fmt: skip
from products.services.categories import category_create
from products.services.products import product_save
from products.services.stock import StockMove, stock_move
from products.services.variants import variant_save

pytestmark = pytest.mark.django_db

FILE = """
    handle,sku,name,category,brand,description,tags,option1_name,option1_value,option2_name,option2_value,barcode,price,compare_at_price,cost,weight_grams,on_sale,stock
    mug,M-1,Mug “Größe 1”,Home > Kitchen,Nord,<p>Nice</p><script>x</script>,"a, b",Colour,Red,Size,M,0012,10,12.5,3.33,300,yes,5
    mug,M-2,,,,,,Colour,Blue,Size,M,,11.10,,,,no,
"""


def single() -> None:
    """Do with the services for single rows what the file says."""
    home = category_create(category=Category(name="Home"))
    kitchen = category_create(category=Category(name="Kitchen"), parent=home)
    product = product_save(
        product=Product(
            seller_id=SELLER["pk"],
            tax_class=TaxClass.objects.get(code="standard"),
            handle="mug",
            name="Mug “Größe 1”",
            category=kitchen,
            brand="Nord",
            description="<p>Nice</p><script>x</script>",
            tags="a, b",
        )
    )
    first = variant_save(
        variant=Variant(
            product=product,
            sku="M-1",
            barcode="0012",
            price=Decimal("10.00"),
            compare_at_price=Decimal("12.50"),
            cost=Decimal("3.33"),
            weight_grams=300,
        ),
        options=[("Colour", "Red"), ("Size", "M")],
    )
    variant_save(
        variant=Variant(product=product, sku="M-2", price=Decimal("11.10"), is_active=False),
        options=[("Colour", "Blue"), ("Size", "M")],
    )
    stock_move(
        moves=[StockMove(variant_id=first.pk, location_id=SELLER["location"], quantity=5)],
        reason="opening",
    )


SELLER: dict[str, int] = {}
# Keys and moments differ by nature; the job and its reason are the other way's own.
BY_NATURE = {
    "id", "pk", "created_at", "updated_at", "history_id", "history_date", "history_job_id", "history_change_reason",
    "product_id", "variant_id", "category_id", "attribute_id", "value_id", "stock_id", "job_id", "reference",
    "effective_at",
}  # fmt: skip


def rows_of(model: type[models.Model]) -> list[dict[str, Any]]:
    names = [field.attname for field in model._meta.concrete_fields if field.attname not in BY_NATURE]
    return list(model._default_manager.order_by("pk").values(*names))


def written() -> dict[str, Any]:
    tables = [Product, Variant, VariantOption, Attribute, AttributeValue, Category, Stock, StockMovement]
    found: dict[str, Any] = {model.__name__: rows_of(model) for model in tables}
    for model in tables:
        # Stock is made empty and then moved by the single way, at once by the other; both end alike.
        if hasattr(model, "history") and model is not Stock:
            found[f"history of {model.__name__}"] = rows_of(model.history.model)
    found["newest of Stock"] = [
        {name: getattr(row, name) for name in ("on_hand", "allocated", "history_user_id")}
        for row in [Stock.history.latest("history_id")]
    ]
    return found


def relations() -> list[tuple[Any, ...]]:
    return [
        *Variant.objects.order_by("sku").values_list("sku", "product__handle", "product__category__full_name"),
        *VariantOption.objects.order_by("pk").values_list(
            "variant__sku", "attribute__name", "value__value", "position"
        ),
    ]


def test_uploaded_rows_equal_saved_rows(shop, main):
    SELLER.update(pk=shop.pk, location=main.pk)
    user = StaffFactory(is_superuser=True)
    job = Job.objects.create(kind="tests.single")
    with audit(user=user, job_id=job.pk, reason="single"):
        single()
    by_hand, related = written(), relations()
    for model in (StockMovement, Stock, VariantOption, Variant, Product):
        model.objects.all()._raw_delete(model.objects.db) if model is not StockMovement else _forget_movements()
    for model in (AttributeValue, Attribute):
        model.objects.all()._raw_delete(model.objects.db)
    Category.objects.all().delete()
    for model in (Product, Variant, VariantOption, Attribute, AttributeValue, Category, Stock):
        model.history.all()._raw_delete(model.objects.db)

    applied(FILE, owner=user)

    assert written() == by_hand
    assert relations() == related


def _forget_movements() -> None:
    from django.db import connection

    from backoffice.kernel.immutable import guards, guards_install, guards_remove

    guards_remove(connection, guards())
    StockMovement.objects.all()._raw_delete(StockMovement.objects.db)
    guards_install(connection, guards())
