"""Tables for followed papers, and for the articles that are made from theirs."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('ingest', '0004_outcome'),
        ('newsroom', '0016_breaking'),
    ]

    operations = [
        migrations.AddField(
            model_name='source',
            name='cursor',
            field=models.CharField(blank=True, db_default='', default='', editable=False, max_length=100),
        ),
        migrations.AddField(
            model_name='source',
            name='kind',
            field=models.CharField(choices=[('feed', 'Feed'), ('paper', 'Paper')], db_default='feed', default='feed', editable=False, max_length=5, verbose_name='kind'),
        ),
        migrations.AddField(
            model_name='source',
            name='token_file',
            field=models.CharField(blank=True, db_default='', default='', editable=False, max_length=1000, verbose_name='token file'),
        ),
        migrations.AddField(
            model_name='source',
            name='whole',
            field=models.BooleanField(db_default=False, default=False, editable=False, verbose_name='with all that it has published'),
        ),
        migrations.CreateModel(
            name='Copy',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uri', models.CharField(max_length=500)),
                ('key', models.CharField(blank=True, help_text="The paper's own, by its number.", max_length=200)),
                ('version', models.PositiveIntegerField(default=0, help_text="The paper's own.")),
                ('withdrawn', models.BooleanField(default=False, help_text='The paper has retracted it.')),
                ('fingerprint', models.JSONField(default=dict, help_text='A hash of each field, as it was told.')),
                ('article', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='newsroom.article')),
                ('source', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='copies', to='ingest.source')),
            ],
            options={
                'default_permissions': (),
                'indexes': [models.Index(fields=['source', 'key'], name='copy_by_key')],
                'constraints': [models.UniqueConstraint(fields=('source', 'uri'), name='copy_once_a_source')],
            },
        ),
        migrations.CreateModel(
            name='PictureCopy',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('address', models.CharField(help_text="The paper's own; by the content.", max_length=500)),
                ('fingerprint', models.JSONField(default=dict, help_text='A hash of what was told of it.')),
                ('picture', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='newsroom.picture')),
                ('source', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='ingest.source')),
            ],
            options={
                'default_permissions': (),
                'constraints': [models.UniqueConstraint(fields=('source', 'address'), name='picture_copy_once_a_source')],
            },
        ),
    ]
