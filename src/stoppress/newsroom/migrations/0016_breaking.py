"""The index by which each page looks for breaking news, which is usually absent."""

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
