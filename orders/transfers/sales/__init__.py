"""Orders from files: sales of other systems with their lines, cancellations and returns."""
