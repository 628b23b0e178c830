"""What rollback records tell people: the report of one incident, and what many of them have in common."""
