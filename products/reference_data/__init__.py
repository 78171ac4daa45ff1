"""Tables that come with the shop."""
