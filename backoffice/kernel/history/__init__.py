"""Who changed what, when, why and by which job."""
