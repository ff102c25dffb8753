"""The tests: the same tree again, stories and the browser."""
