"""Work left for followed papers: texts that they have withdrawn, and posts that were left out."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('ingest', '0005_papers'),
        ('newsroom', '0018_hub_place'),
    ]

    operations = [
        migrations.AddField(
            model_name='copy',
            name='held',
            field=models.BooleanField(db_default=False, default=False, help_text='The paper has withdrawn a text while ours was retracted by an editor here.'),
        ),
        migrations.AddField(
            model_name='copy',
            name='posts_owed',
            field=models.BooleanField(db_default=False, default=False, help_text='Posts were left out while this live story was retracted here.'),
        ),
        migrations.AddField(
            model_name='copy',
            name='texts_owed',
            field=models.BooleanField(db_default=False, default=False, help_text='The paper has withdrawn older texts, and ours may be the latest here.'),
        ),
        migrations.AddIndex(
            model_name='copy',
            index=models.Index(condition=models.Q(('held', True)), fields=['article'], name='copy_held'),
        ),
    ]
