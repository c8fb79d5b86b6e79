"""What is no part of the product: a simulator of Khoros, invented cases, and measurements."""
