"""The first words of a post, as a list shows them."""

EXCERPT_LENGTH = 200


def make_excerpt(text: str) -> str:
    """Return the beginning of `text` on one line, at most 200 characters."""
    words = " ".join(text[: 4 * EXCERPT_LENGTH].split())
    return words if len(words) <= EXCERPT_LENGTH else words[: EXCERPT_LENGTH - 1].rstrip() + "…"
