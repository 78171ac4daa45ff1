"""The admin of the cart app."""

from cart.admin.cart import CartAdmin

__all__ = ["CartAdmin"]
