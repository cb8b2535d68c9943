"""Labels that can be translated. No table changes."""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('ingest', '0002_source_polling_until'),
        ('newsroom', '0012_labels'),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='seenitem',
            options={'verbose_name': 'seen item', 'verbose_name_plural': 'seen items'},
        ),
        migrations.AlterModelOptions(
            name='source',
            options={'ordering': ['title', 'url'], 'verbose_name': 'source', 'verbose_name_plural': 'sources'},
        ),
        migrations.AlterField(
            model_name='source',
            name='created',
            field=models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='created'),
        ),
        migrations.AlterField(
            model_name='source',
            name='healthy',
            field=models.BooleanField(default=True, editable=False, verbose_name='healthy'),
        ),
        migrations.AlterField(
            model_name='source',
            name='last_outcome',
            field=models.TextField(blank=True, editable=False, verbose_name='last outcome'),
        ),
        migrations.AlterField(
            model_name='source',
            name='last_polled',
            field=models.DateTimeField(editable=False, null=True, verbose_name='last polled'),
        ),
        migrations.AlterField(
            model_name='source',
            name='section',
            field=models.ForeignKey(blank=True, help_text='Where its stories go.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='newsroom.section', verbose_name='section'),
        ),
        migrations.AlterField(
            model_name='source',
            name='title',
            field=models.CharField(blank=True, max_length=300, verbose_name='title'),
        ),
    ]
