"""The admin of the accounts app."""
