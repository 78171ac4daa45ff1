"""News of people, for apps above this one."""

from django.dispatch import Signal

# A person's data is being erased, inside the transaction that does it: apps above empty what they
# keep of the person. Arguments: user.
person_erased = Signal()

# A person's data is being collected for handing over. Arguments: user; receivers return a dict of
# {section: list of rows}.
person_data_collected = Signal()
