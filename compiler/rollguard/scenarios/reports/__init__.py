"""What came of the scenarios, for people and for machines: the timeline in text, plots, JSON and JUnit."""
