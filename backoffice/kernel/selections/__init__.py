"""The rows that a person ticked in a list, kept between the list and the confirm page."""
