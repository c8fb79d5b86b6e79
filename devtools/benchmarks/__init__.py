"""Measurements that are too long for the tests; `docs/performance.md` tells of them."""
