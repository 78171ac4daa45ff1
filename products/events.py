"""News of the catalogue and the stock, for apps above this one."""

from django.dispatch import Signal

# A product's status changed. Arguments: instance, transition, source, target.
product_status_changed = Signal()

# Catalogue rows were written in bulk or singly. Arguments: product_ids, variant_ids, job_id.
catalogue_changed = Signal()

# Stock was moved. Arguments: stock_ids, job_id.
stock_changed = Signal()
