"""No step of a chunk reads a whole table, or long uploads and large shops would be slow: SQLite tells what it reads."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from backoffice.kernel.tests.transfers.uploading import applied
from backoffice.kernel.transfers.services import upload_undo
from orders.tests.order_files import RETAIL, mugs
from orders.tests.parcels import parcel
from products.tests.pictures import packed, picture

pytestmark = [
    pytest.mark.django_db,
    # PostgreSQL chooses by what the tables hold; in a test they hold nothing.
    pytest.mark.skipif(connection.vendor != "sqlite", reason="SQLite chooses its indexes by the schema alone"),
]

# Tables of a few rows, whatever the shop sells.
SHORT = {
    "accounts_sellerprofile", "products_attribute", "products_category", "products_location", "products_taxclass",
    "products_taxrate", "sqlite_sequence",
}  # fmt: skip
FILES = {
    "products": """
        handle,sku,name,price,cost,barcode,stock,category,option1_name,option1_value,images
        mug-blue,MUG-BLUE,Mug,3.00,1.00,0012,30,Home > New,Colour,Blue,mug.png
        bowl,BOWL-1,Bowl,1.00,0.50,0013,3,Home > New,Colour,Red,https://pictures.example/bowl.jpg
        bowl,BOWL-2,Bowl,1.00,0.50,0014,3,Home > New,Colour,Green,
        """,
    "prices": "sku,price\nMUG-BLUE,3.00\n",
    "stock": "sku,quantity\nMUG-BLUE,77\n",
    "customers": "email,first_name,company,line1,postcode,city,country\na@example.com,Ada,AG,Street 1,10115,Berlin,DE\n",
    "orders": RETAIL,
    "categories": "path,description\nHome > Things,All of them\n",
    "tracking": "shipment,tracking_number\n{shipment},00340434161094021501\n",
}  # fmt: skip


class Scans:
    """Note which tables are read from end to end, as SQLite plans each statement."""

    def __init__(self) -> None:
        self.found: dict[str, str] = {}

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if not many and re.match(r"\s*(SELECT|INSERT|UPDATE|DELETE|WITH)\b", sql):
            statement = sql.replace("%s", "?").replace("%%", "%") if params is not None else sql
            cursor = sqlite3.Connection.cursor(connection.connection)
            for *_, step in cursor.execute(f"EXPLAIN QUERY PLAN {statement}", tuple(params or ())):
                table = re.match(r"SCAN (\w+_\w+)\b(?! VIRTUAL)", step)
                if table and table[1] not in SHORT:
                    self.found[table[1]] = sql
        return execute(sql, params, many, context)


def test_a_scan_is_seen():
    seen = Scans()

    with connection.execute_wrapper(seen), connection.cursor() as cursor:
        cursor.execute("SELECT id FROM products_product WHERE brand = %s", ["Nord"])

    assert set(seen.found) == {"products_product"}


@pytest.mark.parametrize("kind", FILES)
def test_an_upload_and_its_undoing_find_rows_by_indexes(kind):
    mugs()
    text = FILES[kind].replace("{shipment}", parcel().number)
    pictures = packed(mug__png=picture("red")) if kind == "products" else None
    seen = Scans()

    with connection.execute_wrapper(seen):
        done = applied(text, kind=kind, pictures=pictures)
        _, job = upload_undo(upload=done, user=None, here=True)

    assert (done.failed, job.state, job.result.get("conflicts")) == (0, "succeeded", 0)
    assert seen.found == {}
