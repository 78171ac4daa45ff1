"""Our own export of orders with their lines."""

from __future__ import annotations

from backoffice.kernel.transfers.shapes import Shape

# All headings are names of fields; the shape only says that our own number holds the rows together,
# as most orders have no other.
OWN_EXPORT = Shape(
    name="backoffice",
    label="Backoffice",
    signature=("number", "external_reference", "ordered_at", "sku", "quantity", "unit_price"),
    columns={name: name for name in ("number", "external_reference", "ordered_at", "sku", "quantity", "unit_price")},
    group="number",
)
