"""News of payments, for apps above this one."""

from django.dispatch import Signal

# A payment's status changed. Arguments: instance, transition, source, target.
payment_status_changed = Signal()

# Payments were captured in full: the money is there. Arguments: payment_ids, order_ids, job_id.
payments_settled = Signal()

# Refunds went out. Arguments: refund_ids, order_ids, job_id.
refunds_succeeded = Signal()
