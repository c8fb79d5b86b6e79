"""The dashboard: how the work stands and what needs attention."""
