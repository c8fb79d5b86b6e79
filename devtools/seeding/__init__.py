"""Believable cases in any number, made without the portal's services and written in bulk."""
