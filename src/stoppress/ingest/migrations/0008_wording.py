"""Help texts and names in plain words: no change of the database."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('ingest', '0007_polling'),
        ('newsroom', '0021_wording'),
    ]

    operations = [
        migrations.AlterField(
            model_name='copy',
            name='fingerprint',
            field=models.JSONField(default=dict, help_text='A hash of each field, as received from the paper.'),
        ),
        migrations.AlterField(
            model_name='copy',
            name='held',
            field=models.BooleanField(db_default=False, default=False, help_text='The paper has withdrawn a text while an editor here had retracted the article.'),
        ),
        migrations.AlterField(
            model_name='copy',
            name='key',
            field=models.CharField(blank=True, help_text='The key of the article at the paper, made from its number there.', max_length=200),
        ),
        migrations.AlterField(
            model_name='copy',
            name='texts_owed',
            field=models.BooleanField(db_default=False, default=False, help_text='The paper has withdrawn older texts, perhaps the latest text here.'),
        ),
        migrations.AlterField(
            model_name='copy',
            name='version',
            field=models.PositiveIntegerField(default=0, help_text="The article's version at the paper."),
        ),
        migrations.AlterField(
            model_name='picturecopy',
            name='address',
            field=models.CharField(help_text="The picture's address at the paper, made from its content.", max_length=500),
        ),
        migrations.AlterField(
            model_name='picturecopy',
            name='fingerprint',
            field=models.JSONField(default=dict, help_text='A hash of each field of the picture, as received from the paper.'),
        ),
        migrations.AlterField(
            model_name='source',
            name='failures',
            field=models.PositiveSmallIntegerField(db_default=0, default=0, editable=False, help_text='The number of failed polls in a row.'),
        ),
        migrations.AlterField(
            model_name='source',
            name='polling_until',
            field=models.DateTimeField(editable=False, help_text='The lock of a running poll expires at this time.', null=True),
        ),
        migrations.AlterField(
            model_name='source',
            name='section',
            field=models.ForeignKey(blank=True, help_text='Articles from this source are published in this section.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='newsroom.section', verbose_name='section'),
        ),
        migrations.AlterField(
            model_name='source',
            name='ttl',
            field=models.PositiveIntegerField(db_default=0, default=0, editable=False, help_text='Seconds for which the feed may be cached, as it says itself.'),
        ),
        migrations.AlterField(
            model_name='source',
            name='whole',
            field=models.BooleanField(db_default=False, default=False, editable=False, verbose_name='with all earlier articles'),
        ),
    ]
