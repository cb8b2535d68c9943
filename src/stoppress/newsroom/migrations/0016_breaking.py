"""The index by which each page finds the breaking news, of which there is mostly none."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('newsroom', '0015_search'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='article',
            index=models.Index(models.F('pub_status'), models.OrderBy(models.F('place'), descending=True), condition=models.Q(('breaking', True)), name='newsroom_breaking'),
        ),
    ]
