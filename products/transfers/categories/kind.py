"""Category files as a kind of upload, and the export that comes back as one."""

from __future__ import annotations

from backoffice.kernel.transfers.exports import ExportColumn, ExportKind
from backoffice.kernel.transfers.kinds import TransferKind
from products.models import Category
from products.transfers.categories.resource import CategoryResource
from products.transfers.categories.service import CategoryTransfer

CATEGORIES = TransferKind(
    name="categories",
    label="Categories",
    resource=CategoryResource,
    key="path",
    permission="products.import_category",
    service=CategoryTransfer,
    tables=("products.Category",),
    intro=(
        "A row per category, told by its path such as “Kitchen > Coffee machines”. Levels above it that are missing "
        "are made, new categories come last among their sisters. A new path renames or moves a category with all "
        "that lies below it; every other row says the paths as they are now."
    ),
)

CATEGORIES_EXPORT = ExportKind(
    name="categories",
    label="Categories",
    model=Category,
    columns=tuple(
        ExportColumn(name, str(field.attribute), label=CategoryResource.by_field()[name].label)
        for name, field in CategoryResource.fields.items()
        if field.attribute not in {"parent", "new_path"}
    ),
    order_by=("path",),
)
