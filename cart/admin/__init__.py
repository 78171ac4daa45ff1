"""The admin of the cart app."""
