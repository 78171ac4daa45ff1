"""Pictures that come with a file: packed beside it in a ZIP, or fetched from hosts that the shop allows."""
