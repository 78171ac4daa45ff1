"""What every endpoint of the API has in common: row scope, filters, pages, refusals in plain words."""
