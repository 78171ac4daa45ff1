"""What the invoices app does."""
