"""Tools outside the product: a Khoros simulator, generated cases, and benchmarks."""
