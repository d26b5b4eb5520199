from django.db import migrations

from daybook.directory.shipped import ship


def forwards(apps, schema_editor):
    ship(apps)


class Migration(migrations.Migration):
    dependencies = [("directory", "0001_initial")]
    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]
