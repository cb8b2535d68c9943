"""The outcome of a poll, so that it can be shown in another language."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('ingest', '0003_labels'),
    ]

    operations = [
        migrations.AddField(
            model_name='source',
            name='outcome',
            field=models.JSONField(db_default=models.Value([], models.JSONField()), default=list, editable=False),
        ),
    ]
