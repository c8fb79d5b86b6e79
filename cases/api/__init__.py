"""The API that Khoros calls: views that only translate between the wire and the services."""
