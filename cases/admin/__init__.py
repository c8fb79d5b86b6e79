"""The back office: a package for each page, and what they share in `common`."""

import cases.admin.api_keys.admin
import cases.admin.custom_fields.views
import cases.admin.registry
import cases.admin.users.admin  # noqa: F401
