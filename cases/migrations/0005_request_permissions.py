"""Administrators see recent requests (view) and replay them (change)."""

from django.db import migrations

from cases.migrations._operations import RolePermissions

PERMISSIONS = RolePermissions("Administrator", "recordedrequest", ("view", "change"))


class Migration(migrations.Migration):
    """Grants what the pages for recent requests ask for; reversible."""

    dependencies = [("cases", "0004_customer_terms")]

    operations = [migrations.RunPython(PERMISSIONS.grant, PERMISSIONS.withdraw)]
