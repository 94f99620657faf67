"""The suites here are run by tests, and are no suites for pytest to collect."""

collect_ignore = ["2N.yaml", "2X.yaml"]
