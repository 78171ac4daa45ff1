"""A believable demo shop, made through the same services that people use."""
