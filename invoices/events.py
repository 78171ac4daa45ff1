"""News of invoices."""

from django.dispatch import Signal

# Documents were issued: numbered, chained, unchangeable. Arguments: invoice_ids, job_id.
invoices_issued = Signal()

# A document's payment standing changed. Arguments: instance, transition, source, target.
invoice_status_changed = Signal()
