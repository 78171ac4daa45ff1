"""State machines as tables, and the one function that applies them."""
