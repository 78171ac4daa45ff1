"""What the operators of the shop may set themselves."""
