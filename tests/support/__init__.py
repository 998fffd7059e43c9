"""Helpers of the tests: worlds to run the command in, servers to talk to, orders to map."""
