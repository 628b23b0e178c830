"""The policy language: durations, quantities, references, triggers, metric math and the rules of composite alarms."""
