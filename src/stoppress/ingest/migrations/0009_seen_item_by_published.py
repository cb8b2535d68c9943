"""An index for the newest entries of a source, which the admin's list and each poll look up."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('ingest', '0008_wording'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='seenitem',
            index=models.Index(fields=['source', 'published'], name='seen_item_by_published'),
        ),
    ]
