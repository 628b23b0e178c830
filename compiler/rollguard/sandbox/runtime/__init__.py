"""What AWS does at run time in an incident: events, rules, functions and the calls that they make, in virtual time."""
