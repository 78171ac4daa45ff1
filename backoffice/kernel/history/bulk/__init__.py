"""Set-based writers that keep what single writes promise: history, timestamps, exact values.

``Model.save()`` costs some ten statements' worth of work per row. These functions write thousands
of rows by a handful of statements and leave the database as ``save()`` and ``delete()`` would have
left it, the history rows with who, why and which job included. What they do not do is validate,
send Django's save signals or cascade: validation belongs to the service that calls them, news is a
domain signal sent once per chunk, children are deleted before their parents.

Example::

    with audit(user=user, reason="Spring prices"):
        ids = bulk_insert(Variant, ["product_id", "sku", "price"], [(7, "A-1", Decimal("9.90"))])
        bulk_update(Variant, ["price"], [(ids[0], Decimal("8.90"))])
        bulk_delete(Variant, ids)
"""

from backoffice.kernel.history.bulk.ids import id_condition, reserve_ids
from backoffice.kernel.history.bulk.load import bulk_load
from backoffice.kernel.history.bulk.writers import bulk_delete, bulk_insert, bulk_update, write_history

__all__ = ["bulk_delete", "bulk_insert", "bulk_load", "bulk_update", "id_condition", "reserve_ids", "write_history"]
