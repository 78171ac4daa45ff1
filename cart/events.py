"""News of carts. Arguments of each: instance, transition, source, target."""

from django.dispatch import Signal

cart_status_changed = Signal()
