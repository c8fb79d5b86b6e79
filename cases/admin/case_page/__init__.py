"""The page of a case: the conversation, the work on it and its activity."""
