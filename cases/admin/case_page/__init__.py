"""The page of a case: the conversation, the actions and the activity."""
