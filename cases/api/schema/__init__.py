"""The API described as OpenAPI 3.1, from the routes and the fields that are registered now."""
