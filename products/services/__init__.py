"""What the products app does."""
