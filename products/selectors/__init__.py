"""Reading the catalogue and the stock."""
