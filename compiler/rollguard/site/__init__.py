"""Plans in, pages out: the criteria of every service for people who read no YAML."""
