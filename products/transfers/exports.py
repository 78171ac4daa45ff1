"""The export of the catalogue, in the columns of the upload."""

from __future__ import annotations

from django.db.models import OuterRef, Subquery
from django.db.models.expressions import BaseExpression

from backoffice.kernel.transfers.exports import ExportColumn, ExportKind
from products.models import Location, Product, Stock, VariantOption
from products.resources import ProductResource


def _option(place: int, path: str) -> BaseExpression:
    """Return a variant's option of this place, counted from 0."""
    options = VariantOption.objects.filter(variant=OuterRef("variants__pk")).order_by("position", "pk")
    return Subquery(options.values(path)[place : place + 1])


def _stock(column: str) -> BaseExpression:
    """Return what a file says of the stock at the location that is set where none is named."""
    first = Location.objects.filter(is_active=True).order_by("priority", "code").values("pk")[:1]
    stock = Stock.objects.filter(variant=OuterRef("variants__pk"), location=Subquery(first))
    return Subquery(stock.values(column)[:1])


def product_columns() -> tuple[ExportColumn, ...]:
    """Return the columns of the upload, each with where it is found from a product."""
    special: dict[str, BaseExpression] = {
        "stock": _stock("on_hand"),
        "location": _stock("location__code"),
        **{f"option{n}_name": _option(n - 1, "attribute__name") for n in (1, 2, 3)},
        **{f"option{n}_value": _option(n - 1, "value__value") for n in (1, 2, 3)},
    }
    columns = []
    for name, field in ProductResource.fields.items():
        attribute = str(field.attribute)
        path = attribute.removeprefix("product__") if attribute.startswith("product__") else f"variants__{attribute}"
        label = ProductResource.by_field()[name].label
        columns.append(ExportColumn(name, special.get(name, path), label))
    return tuple(columns)


PRODUCTS_EXPORT = ExportKind(
    name="products",
    label="Products",
    model=Product,
    columns=product_columns,
    order_by=("pk", "variants__position", "variants__pk"),
    filters={"seller": "seller__code", "category": "category__full_name", "status": "status"},
)
