"""The bases of every page of the admin."""
