"""Turn a plan into resources that an engine manages; so far there is one engine, Pulumi."""
