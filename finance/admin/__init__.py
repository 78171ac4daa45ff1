"""The admin of the finance app."""
