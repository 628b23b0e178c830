"""The unit tests of a policy: what its scenarios do to its alarms, and whether the expectations hold."""
