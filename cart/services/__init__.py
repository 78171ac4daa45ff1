"""What the cart app does."""
