"""The admin of the orders app."""
