"""What the orders app does."""
