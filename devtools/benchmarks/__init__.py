"""Benchmarks that take too long for the tests; see `docs/performance.md`."""
