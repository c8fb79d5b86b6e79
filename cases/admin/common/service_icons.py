"""The icon of a service that posts come from."""

_SIGNS = {
    "facebook": ("facebook", "fb", "messenger"),
    "x": ("x", "twitter"),
    "instagram": ("instagram", "ig", "threads"),
    "youtube": ("youtube", "yt"),
    "linkedin": ("linkedin",),
    "tiktok": ("tiktok",),
    "whatsapp": ("whatsapp",),
    "telegram": ("telegram",),
    "reddit": ("reddit",),
    "pinterest": ("pinterest",),
    "mail": ("email", "mail", "gmail"),
    "sms": ("sms", "text", "apple", "rcs"),
    "star": ("trustpilot", "yelp", "appstore", "app", "googleplay", "tripadvisor", "review"),
    "google": ("google",),
}
_BY_NAME = {name: sign for sign, names in _SIGNS.items() for name in names}

OTHER = "other"


def service_icon(service: str) -> str:
    """Return the id of a symbol in `services.svg`: that of the service, or a neutral one.

    Service names vary: `Facebook`, `facebook_page` and `facebook-messenger` have the same icon.
    """
    name = service.strip().casefold().replace("-", "_").replace(" ", "_").replace(".", "_")
    return _BY_NAME.get(name) or _BY_NAME.get(name.partition("_")[0], OTHER)
