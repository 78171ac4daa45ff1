"""What the accounts app does."""
