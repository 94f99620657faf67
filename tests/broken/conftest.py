"""The suite here is run by tests, and is no suite for pytest to collect."""

collect_ignore = ["2X.yaml"]
