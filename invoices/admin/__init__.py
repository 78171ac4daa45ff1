"""The admin of the invoices app."""
