"""The pictures that product files name: what the plan says of them, and how they get in."""
