"""Find the field of each column of a file, and read whole columns as their fields want them."""
