"""The back office: one file per model, the settings page, the home page."""

import cases.admin.api_keys
import cases.admin.authors
import cases.admin.cases
import cases.admin.customers
import cases.admin.requests
import cases.admin.settings_page
import cases.admin.users  # noqa: F401
