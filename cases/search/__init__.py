"""Finding by words: what is looked for, what it is looked for in, and what of it is marked."""
