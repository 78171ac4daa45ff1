"""The admin of the cart app."""

from cart.admin import customer_panel
from cart.admin.cart import CartAdmin

__all__ = ["CartAdmin", "customer_panel"]
