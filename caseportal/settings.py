"""All settings, in one file. What an administrator can set comes from the environment.

`docs/configuration.md` describes the variables; a missing or invalid one stops the start.
"""

import sys
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit

from django.templatetags.static import static
from django.urls import reverse_lazy

from caseportal.env import (
    read_base_url,
    read_database,
    read_flag,
    read_hosts,
    read_number,
    read_origins,
    read_path_prefix,
    read_secret,
    read_time_zone,
)

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"

# --- What an administrator sets ---------------------------------------------------------------

# Paths of the back office; every other path answers with the API's envelope.
BACK_OFFICE_PATHS = ("admin", "static", "docs")

SECRET_KEY = read_secret("SECRET_KEY", example="$(openssl rand -base64 48)")
DEBUG = read_flag("DEBUG", default=False)
PORTAL_URL = read_base_url("PORTAL_URL", example="https://cases.example.com")
API_PREFIX = read_path_prefix("API_PREFIX", taken=BACK_OFFICE_PATHS)
_portal = urlsplit(PORTAL_URL)
_portal_host = _portal.netloc.removesuffix(f":{_portal.port}")
_LOOPBACK = ["127.0.0.1", "localhost", "[::1]"]
ALLOWED_HOSTS = read_hosts(
    "ALLOWED_HOSTS", default=_LOOPBACK if _portal_host in _LOOPBACK else [_portal_host]
)
CSRF_TRUSTED_ORIGINS = read_origins("CSRF_TRUSTED_ORIGINS", default=[PORTAL_URL])
DATABASES = {"default": read_database("DATABASE_URL", default_file=VAR_DIR / "caseportal.sqlite3")}
TIME_ZONE = read_time_zone("TIME_ZONE", default="UTC")
HSTS_SECONDS = read_number("HSTS_SECONDS", default=31_536_000, minimum=0, maximum=126_144_000)

# --- Django -----------------------------------------------------------------------------------

INSTALLED_APPS = [
    "unfold",
    "unfold.contrib.filters",
    "django.contrib.admin",
    "caseportal.people.PeopleConfig",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "rest_framework",
    "rest_framework_api_key",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "cases",
    # The simulator and generated cases, if installed: they are not part of the product.
    *(["devtools"] if find_spec("devtools") else []),
]

MIDDLEWARE = [
    # Outermost, so that it also handles errors of the others.
    "cases.api.middleware.call_middleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "cases.admin.common.reader.reader_middleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "caseportal.urls"
WSGI_APPLICATION = "caseportal.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
            "builtins": ["cases.admin.common.formatting"],
            # Filters that templates of the back office load; Python code uses the module too.
            "libraries": {"case_text": "cases.admin.common.untrusted_text"},
        },
    },
]

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
LANGUAGE_CODE = "en"
USE_I18N = True
# What `make messages` collects for translators; English needs no catalogue.
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = "caseportal.formats"
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
# Without a build step in development and tests; with hashed names where `collectstatic` has run.
_has_manifest = (STATIC_ROOT / "staticfiles.json").exists() or "collectstatic" in sys.argv
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if _has_manifest
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not _has_manifest

LOGIN_URL = reverse_lazy("admin:login")
LOGIN_REDIRECT_URL = reverse_lazy("admin:index")

# --- Security ---------------------------------------------------------------------------------

_is_https = _portal.scheme == "https"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _is_https
SESSION_COOKIE_HTTPONLY = True
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
if _is_https:
    # TLS ends in front of the portal, which says so in this header.
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = True
    # A redirected POST is a lost case: only the back office redirects.
    SECURE_REDIRECT_EXEMPT = [rf"^(?!(?:{'|'.join(BACK_OFFICE_PATHS)})(?:/|$))"]
    SECURE_HSTS_SECONDS = HSTS_SECONDS
# Whether other hosts in the company's domain use HTTPS isn't for this portal to decide.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
# Forms of the back office; the API reads its own bodies, up to its own bound.
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

# --- The API ----------------------------------------------------------------------------------

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["cases.api.authentication.ApiKeyAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": [],
    "DEFAULT_PARSER_CLASSES": ["cases.api.parsers.StrictJSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["cases.api.negotiation.JSONRenderer"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "cases.api.negotiation.AlwaysJSON",
    "DEFAULT_METADATA_CLASS": None,
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "cases.api.envelope.exception_handler",
}

# The description at /docs; `cases.api.schema` makes it.
SPECTACULAR_SETTINGS = {
    "TITLE": "Case Portal",
    "DESCRIPTION": (
        "The ten operations that Khoros Marketing uses to work with the cases and "
        "customers of this portal. Every path also works with a trailing slash. Every "
        "response is JSON; every response of 400 and above has the same format."
    ),
    "VERSION": "1.0",
    "OAS_VERSION": "3.1.1",
    "DEFAULT_GENERATOR_CLASS": "cases.api.schema.generator.PortalSchemaGenerator",
    "SORT_OPERATION_PARAMETERS": False,
    # It would read the registered fields, and so fail wherever the database isn't set up yet.
    "ENABLE_DJANGO_DEPLOY_CHECK": False,
    "TAGS": [
        {"name": "Cases", "description": "Open, read, change and close cases."},
        {"name": "Customers", "description": "Find, create and change customers."},
        {"name": "Fields", "description": "The current custom fields."},
    ],
}

# The same body again within this window is a repeat (0 turns that off).
REPEAT_WINDOW_MINUTES = read_number("REPEAT_WINDOW_MINUTES", default=10, minimum=0, maximum=1440)
# Limits of recorded requests; bodies are stored of refused writes only.
REQUEST_LOG_DAYS = read_number("REQUEST_LOG_DAYS", default=30, minimum=1, maximum=3650)
REQUEST_LOG_ROWS = read_number("REQUEST_LOG_ROWS", default=200_000, minimum=100, maximum=10**8)
REQUEST_LOG_MEGABYTES = read_number(
    "REQUEST_LOG_MEGABYTES", default=256, minimum=1, maximum=1_000_000
)

# --- Logging: to standard error, each line with the reference that a 500 answers ----------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"reference": {"()": "cases.log_reference.ReferenceFilter"}},
    "formatters": {
        "line": {
            "()": "cases.log_reference.KeylessFormatter",
            "format": "{asctime} {levelname} {reference} {name}: {message}",
            "style": "{",
        }
    },
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "filters": ["reference"],
            "formatter": "line",
        }
    },
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {
        "django": {"handlers": ["stderr"], "level": "INFO", "propagate": False},
        # Scanners send any Host; the 400 is logged anyway and needs no traceback.
        "django.security.DisallowedHost": {"level": "CRITICAL"},
        # Its line for each call of the simulator or the contract check is redundant.
        "httpx": {"level": "WARNING"},
    },
}

# --- The back office --------------------------------------------------------------------------

UNFOLD = {
    "SITE_TITLE": "Case Portal",
    "SITE_HEADER": "Case Portal",
    "SITE_SYMBOL": "forum",
    "SITE_ICON": lambda request: static("cases/favicon.svg"),
    "SITE_FAVICONS": [
        {
            "rel": "icon",
            "type": "image/svg+xml",
            "href": lambda request: static("cases/favicon.svg"),
        }
    ],
    "SITE_URL": None,
    "SHOW_VIEW_ON_SITE": False,
    "STYLES": [
        lambda request: static("cases/base.css"),
        lambda request: static("cases/dashboard.css"),
    ],
    "SCRIPTS": [lambda request: static("cases/reader.js")],
    "DASHBOARD_CALLBACK": "cases.admin.dashboard.view.add_dashboard",
    "SIDEBAR": {"navigation": "cases.admin.common.navigation.navigation"},
    "COLORS": {
        "primary": {
            "50": "oklch(97% .014 254.604)",
            "100": "oklch(93.2% .032 255.585)",
            "200": "oklch(88.2% .059 254.128)",
            "300": "oklch(80.9% .105 251.813)",
            "400": "oklch(70.7% .165 254.624)",
            "500": "oklch(62.3% .214 259.815)",
            "600": "oklch(54.6% .245 262.881)",
            "700": "oklch(48.8% .243 264.376)",
            "800": "oklch(42.4% .199 265.638)",
            "900": "oklch(37.9% .146 265.522)",
            "950": "oklch(28.2% .091 267.935)",
        },
    },
}
