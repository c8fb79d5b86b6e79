"""What staff write: tags, notes and resolutions; and what each topic is about."""

from typing import NamedTuple


class Topic(NamedTuple):
    """What an agent notes about a topic of the phrases."""

    subject: str
    note: str
    sentiment: str
    tags: tuple[str, ...]


TOPICS = {
    "luggage": Topic(
        "lost luggage", "Bag of {name} missing after {flight}.", "negative", ("luggage", "tracing")
    ),
    "delay": Topic(
        "delay", "{name} is stuck in {city}; wants another flight.", "negative", ("rebooking",)
    ),
    "refund": Topic("refund", "Refund for {ref} is overdue.", "negative", ("refund", "finance")),
    "app": Topic("check-in", "Check-in fails for {flight}.", "neutral", ("app", "bug")),
    "praise": Topic("praise", "Kind words for the crew of {flight}.", "positive", ("praise",)),
}
TAGS = (
    *("luggage", "tracing", "rebooking", "refund", "finance", "app", "bug", "praise"),
    *("VIP", "press", "legal", "follow-up", "family", "accessibility"),
)
RARE_TAGS = ("VIP", "press", "legal", "follow-up", "family", "accessibility")
NOTES = (
    "Called the station in {city}; they look for {ref} and call back before the end of the shift.",
    "{name} has written before, on another account. Please be quick with this one.",
    "Asked the revenue team about {ref}. Their queue is three days.",
    "Crew report of {flight} requested. Nothing to answer until it is here.",
    "Offered a voucher, which was declined. Needs a team lead for anything more.",
    "Checked {flight}: delay by weather, 3 h 40 at the gate. No compensation due 🌧️",
    "The reference {ref} belongs to another passenger. Ask again, in private.",
)
RESOLUTIONS = (
    "Bag found in {city} and delivered.",
    "Rebooked to the next flight; hotel paid.",
    "Refund for {ref} paid out.",
    "Explained how to check in without the app.",
    "Thanked, and passed on to the crew of {flight}.",
    "No answer from the customer for two weeks.",
    "Answered in public; nothing more to do.",
)
STAFF = (
    *("Maya Lindqvist", "Tom Abara", "Ines Costa", "Yusuf Demir", "Hannah Weiss", "Leo Marchetti"),
    *("Aiko Tanaka", "Samir Haddad", "Nora Lind", "Pavel Novak", "Grace Owusu", "Emil Sørensen"),
)
