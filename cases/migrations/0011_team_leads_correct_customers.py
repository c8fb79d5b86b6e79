"""Team leads, who see customers, may correct them; administrators may already."""

from django.db import migrations

from cases.migrations._operations import RolePermissions

PERMISSIONS = RolePermissions("Team lead", "customer", ("change",))


class Migration(migrations.Migration):
    """Grants what the form on a customer's page asks for; reversible."""

    dependencies = [("cases", "0010_context_of_writes")]

    operations = [migrations.RunPython(PERMISSIONS.grant, PERMISSIONS.withdraw)]
