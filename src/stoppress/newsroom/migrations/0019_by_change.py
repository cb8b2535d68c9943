"""An index for the stream `wire`, whose snapshot has the latest changes."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('newsroom', '0018_hub_place'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='article',
            index=models.Index(models.F('pub_status'), models.OrderBy(models.F('version_created'), descending=True), models.OrderBy(models.F('id'), descending=True), name='newsroom_by_change'),
        ),
    ]
