"""What the finance app does."""
