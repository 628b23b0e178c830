"""The policy language: durations, quantities, references, triggers and how layers of it merge."""
