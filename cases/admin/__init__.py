"""The back office: a package for each page, and what they share in `common`."""

import cases.admin.api_keys.admin
import cases.admin.api_requests.admin
import cases.admin.authors.admin
import cases.admin.cases
import cases.admin.custom_fields.views
import cases.admin.customers.admin
import cases.admin.users.admin  # noqa: F401
