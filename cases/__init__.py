"""Cases, their interactions, authors and customers: the API for Khoros and the back office for staff."""
