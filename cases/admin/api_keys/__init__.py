"""API keys: issue, replace and revoke them."""
