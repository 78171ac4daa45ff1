"""Random files over a random catalogue, and random work of people in between."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import ProtectedError
from hypothesis import strategies as st

from backoffice.kernel.history.context import audit
from backoffice.kernel.refusals import Refused
from backoffice.kernel.tests.transfers.uploading import applied
from products.models import Category, Location, Product, Variant
from products.services.categories import Place, category_delete, category_move, category_save
from products.services.products import product_archive, product_delete, product_publish, product_save
from products.services.stock import StockDemand, StockMove, stock_allocate, stock_move
from products.services.variants import variant_delete, variant_save

HANDLES = ["mug", "cup", "can"]
SKUS = ["A-1", "A-2", "B-1", "B-2", "C-1", "D-1"]
CATEGORIES = ["Home", "Home > Kitchen", "Home > Kitchen > Cups", "Garden", "Garden > Tools"]

# Column → what its cells may say; blank keeps what is stored, [clear] empties it.
CELLS: dict[str, list[str]] = {
    "name": ["Mug", "Cup “big”", "Кружка", ""],
    "category": [*CATEGORIES, "", "[clear]"],
    "brand": ["Nord", "Süd", "", "[clear]"],
    "status": ["draft", "published", "archived", ""],
    "description": ["<p>Nice</p>", "Plain", "", "[clear]"],
    "tax_class": ["standard", "reduced", ""],
    "barcode": ["0012", "4006381333931", "", "[clear]"],
    "price": ["0", "9.99", "10", "250.5", "wrong"],
    "compare_at_price": ["300", "", "[clear]"],
    "weight_grams": ["0", "300", "", "[clear]"],
    "on_sale": ["yes", "no", ""],
    "stock": ["0", "1", "5", "12", ""],
}
OPTIONS = {"option1_value": ["Red", "Blue", "blue", ""], "option2_value": ["S", "L", ""]}
OPTION_NAMES = {"option1_value": "Colour", "option2_value": "Size"}


@st.composite
def files(draw: st.DrawFn) -> str:
    """Return a file of up to six rows with some of the columns."""
    columns = draw(st.sets(st.sampled_from(sorted(CELLS)), max_size=6)) | {"price", "name"}
    options = draw(st.sets(st.sampled_from(sorted(OPTIONS)), max_size=2))
    skus = draw(st.lists(st.sampled_from(SKUS), min_size=1, max_size=6, unique=True))
    rows = []
    for sku in skus:
        row = {"sku": sku, "handle": draw(st.sampled_from(HANDLES))}
        row |= {name: draw(st.sampled_from(CELLS[name])) for name in sorted(columns)}
        for name in sorted(options):
            row[name.replace("value", "name")] = OPTION_NAMES[name]
            row[name] = draw(st.sampled_from(OPTIONS[name]))
        rows.append(row)
    rows.sort(key=lambda row: row["handle"])
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


class Nothing(Exception):
    """There is nothing to work on."""


def _nth(model: Any, number: int) -> Any:
    rows = list(model._default_manager.order_by("pk"))
    if not rows:
        raise Nothing
    return rows[number % len(rows)]


def _save_variant(number: int, **values: Any) -> None:
    variant = _nth(Variant, number)
    for name, value in values.items():
        setattr(variant, name, value)
    variant_save(variant=variant)


def _save_product(number: int, **values: Any) -> None:
    product = _nth(Product, number)
    for name, value in values.items():
        setattr(product, name, value)
    product_save(product=product)


def _set_options(number: int, other: int) -> None:
    options = [("Colour", ["Red", "Green"][other % 2]), ("Material", "Steel")][: 1 + other % 2]
    variant_save(variant=_nth(Variant, number), options=options)


def _rename_category(number: int, name: str) -> None:
    category = _nth(Category, number)
    category.name = name
    category_save(category=category)


def _move(number: int, quantity: int) -> None:
    place = Location.objects.get(code="main").pk
    move = StockMove(variant_id=_nth(Variant, number).pk, location_id=place, quantity=quantity)
    stock_move(moves=[move], reason="adjustment")


def _promise(number: int, quantity: int) -> None:
    stock_allocate(demands=[StockDemand(key=1, variant_id=_nth(Variant, number).pk, quantity=quantity)])


# What people do, given two numbers that choose rows and amounts, and the text of a file.
WORK: dict[str, Callable[[int, int, str], Any]] = {
    "price": lambda number, other, file: _save_variant(number, price=f"{other + 1}.11"),
    "rename": lambda number, other, file: _save_product(number, name=f"By hand {other}"),
    "options": lambda number, other, file: _set_options(number, other),
    "sell": lambda number, other, file: _move(number, -1 - other),
    "receive": lambda number, other, file: _move(number, 1 + other),
    "promise": lambda number, other, file: _promise(number, 1 + other),
    "delete_variant": lambda number, other, file: variant_delete(variant=_nth(Variant, number)),
    "delete_product": lambda number, other, file: product_delete(product=_nth(Product, number)),
    "publish": lambda number, other, file: product_publish(product=_nth(Product, number)),
    "archive": lambda number, other, file: product_archive(product=_nth(Product, number)),
    "rename_category": lambda number, other, file: _rename_category(number, f"Renamed {other}"),
    "move_category": lambda number, other, file: category_move(
        category=_nth(Category, number), target=_nth(Category, other), place=Place.INTO
    ),
    "delete_category": lambda number, other, file: category_delete(category=_nth(Category, number)),
    "recategorise": lambda number, other, file: _save_product(number, category=_nth(Category, other)),
    "add_variant": lambda number, other, file: variant_save(
        variant=Variant(product=_nth(Product, number), sku=f"HAND-{number}-{other}", price="3")
    ),
    "upload": lambda number, other, file: applied(file, name="between.csv", on_error="skip"),
}
EDITS = st.lists(st.tuples(st.sampled_from(sorted(WORK)), st.integers(0, 5), st.integers(0, 5)), min_size=1, max_size=4)


def edit(step: tuple[str, int, int], file: str) -> None:
    """Let somebody do something with the catalogue; what is refused is not done."""
    kind, number, other = step
    try:
        with transaction.atomic(), audit(reason="by hand"):
            WORK[kind](number, other, file)
    except (Refused, ValidationError, ProtectedError, Nothing):
        pass
