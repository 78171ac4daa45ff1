"""News of orders, for apps above this one. Each carries ``order_ids`` and ``job_id`` (or None)."""

from django.dispatch import Signal

# An order's status changed. Arguments: instance, transition, source, target.
order_status_changed = Signal()

# Orders were placed: stock is allocated, totals are final. Arguments: order_ids, job_id.
orders_placed = Signal()

# Orders that happened elsewhere were taken in, in their final states; nothing follows from them
# here. Arguments: order_ids, job_id.
orders_recorded = Signal()

# Goods of orders were handed to the carrier. Arguments: order_ids, shipment_ids, job_id.
orders_shipped = Signal()

# Orders were cancelled; open allocations are released. Arguments: order_ids, job_id.
orders_cancelled = Signal()

# Returned goods were inspected and accepted. Arguments: return_ids, order_ids, job_id.
returns_completed = Signal()

# A shipment's status changed. Arguments: instance, transition, source, target.
shipment_status_changed = Signal()

# A return's status changed. Arguments: instance, transition, source, target.
return_status_changed = Signal()
