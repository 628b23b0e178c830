"""How fast Rollguard is, beside the tools one would use instead: `make bench`."""
