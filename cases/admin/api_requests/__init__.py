"""Requests: every call that Khoros made, and the contract console."""
