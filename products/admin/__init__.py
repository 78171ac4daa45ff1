"""The admin of the products app."""
