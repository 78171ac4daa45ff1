"""The export of the catalogue, in the columns of the upload."""

from __future__ import annotations

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import F, Func, OuterRef, Subquery, TextField, Value
from django.db.models.expressions import BaseExpression
from django.db.models.functions import Replace
from django.db.models.sql.compiler import SQLCompiler

from backoffice.kernel.transfers.exports import ExportColumn, ExportKind
from products.models import Location, Product, ProductImage, Stock, VariantOption
from products.resources import ProductResource
from products.transfers.pictures.cells import BETWEEN


def _option(place: int, path: str) -> BaseExpression:
    """Return a variant's option of this place, counted from 0."""
    options = VariantOption.objects.filter(variant=OuterRef("variants__pk")).order_by("position", "pk")
    return Subquery(options.values(path)[place : place + 1])


def _stock(column: str) -> BaseExpression:
    """Return what a file says of the stock at the location that is set where none is named."""
    first = Location.objects.filter(is_active=True).order_by("priority", "code").values("pk")[:1]
    stock = Stock.objects.filter(variant=OuterRef("variants__pk"), location=Subquery(first))
    return Subquery(stock.values(column)[:1])


class _Joined(Subquery):
    """The texts of a subquery's rows in one, in its order; the only column is called “shown”.

    Neither database's aggregate is ordered in a way that both know, so that it is taken over a
    subquery that is.
    """

    output_field = TextField()

    def as_sql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, template: str | None = None, **extra: Any
    ) -> tuple[str, Any]:
        """Return the subquery."""
        function = "STRING_AGG" if connection.vendor == "postgresql" else "GROUP_CONCAT"
        joined = f"(SELECT {function}(of_row.shown, '{BETWEEN}') FROM (%(subquery)s) AS of_row)"  # noqa: S608 - no data in it
        return super().as_sql(compiler, connection, template or joined, **extra)


def _images(shown: F | Func, **conditions: Any) -> BaseExpression:
    """Return what a file says of a product's pictures, in their order."""
    images = ProductImage.objects.filter(**conditions).order_by("position", "pk")
    return _Joined(images.annotate(shown=shown).values("shown"))


def product_columns() -> tuple[ExportColumn, ...]:
    """Return the columns of the upload, each with where it is found from a product."""
    special: dict[str, BaseExpression] = {
        "stock": _stock("on_hand"),
        "location": _stock("location__code"),
        "images": _images(F("file__name"), product=OuterRef("pk")),
        "image_alt": _images(Replace("alt_text", Value(BETWEEN), Value("/")), product=OuterRef("pk")),
        "variant_image": _images(F("file__name"), variant=OuterRef("variants__pk")),
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
