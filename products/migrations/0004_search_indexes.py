"""Indexes for looking numbers up by their beginnings, whatever their case; SQLite reads its tables through."""

from django.db import migrations

INDEXES = {
    "products_variant_by_sku_upper": ("products_variant", "sku"),
    "products_variant_by_barcode_upper": ("products_variant", "barcode"),
    "products_product_by_handle_upper": ("products_product", "handle"),
}


def make(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for name, (table, column) in INDEXES.items():
            schema_editor.execute(f"CREATE INDEX {name} ON {table} (upper({column}) text_pattern_ops)")


def drop(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for name in INDEXES:
            schema_editor.execute(f"DROP INDEX {name}")


class Migration(migrations.Migration):
    dependencies = [("products", "0003_movement_time_and_undo")]

    operations = [migrations.RunPython(make, drop)]
