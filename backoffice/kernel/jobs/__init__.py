"""Background work whose truth is a row, so that any engine may deliver it, twice even."""
