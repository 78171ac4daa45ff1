"""What the orders app reads."""
