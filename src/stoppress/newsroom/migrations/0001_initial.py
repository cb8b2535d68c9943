import django.core.validators
import django.db.models.deletion
import django.utils.timezone
import stoppress.newsroom.models.article
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='ApiToken',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(help_text='the author of what the token publishes', max_length=100, unique=True)),
                ('digest', models.CharField(editable=False, max_length=64, unique=True)),
                ('created', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('last_used', models.DateTimeField(blank=True, editable=False, null=True)),
                ('revoked', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'verbose_name': 'API token',
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='Article',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uri', models.CharField(default=stoppress.newsroom.models.article.new_uri, editable=False, max_length=500, unique=True)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('edited_version', models.PositiveIntegerField(default=1, editable=False)),
                ('version_created', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('first_created', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('first_published', models.DateTimeField(editable=False, null=True)),
                ('order', models.CharField(editable=False, max_length=24, null=True, unique=True)),
                ('headline', models.CharField(max_length=300)),
                ('slugline', models.CharField(blank=True, help_text="The desk's short name.", max_length=100)),
                ('summary', models.TextField(blank=True, max_length=2000)),
                ('body', models.TextField(blank=True, max_length=200000)),
                ('body_format', models.CharField(choices=[('markdown', 'Markdown'), ('html', 'HTML')], default='markdown', max_length=8)),
                ('body_tree', models.JSONField(default=list, editable=False)),
                ('byline', models.CharField(blank=True, max_length=200)),
                ('located', models.CharField(blank=True, help_text="The dateline's place.", max_length=100)),
                ('language', models.CharField(default='en', help_text='A BCP 47 tag.', max_length=35)),
                ('pub_status', models.CharField(choices=[('usable', 'Public'), ('withheld', 'Draft'), ('canceled', 'Retracted')], default='withheld', editable=False, max_length=8)),
                ('urgency', models.PositiveSmallIntegerField(default=5, help_text='1 (breaking) to 9.')),
                ('pinned', models.BooleanField(default=False)),
                ('publish_at', models.DateTimeField(blank=True, help_text='UTC. The draft is published automatically at this time.', null=True)),
                ('publish_failed', models.CharField(blank=True, editable=False, max_length=500)),
                ('publish_retry', models.DateTimeField(editable=False, null=True)),
                ('embargoed_until', models.DateTimeField(blank=True, help_text='UTC. Nobody can publish the article before this time.', null=True)),
                ('expires', models.DateTimeField(blank=True, help_text='UTC. For the desk only: it takes no article down.', null=True)),
                ('ed_note', models.TextField(blank=True, help_text='Never public.', max_length=2000)),
                ('correction_text', models.CharField(blank=True, editable=False, max_length=2000)),
                ('correction_date', models.DateTimeField(editable=False, null=True)),
                ('retraction_note', models.CharField(blank=True, editable=False, max_length=2000)),
                ('source', models.CharField(blank=True, max_length=120)),
                ('external_id', models.CharField(blank=True, max_length=500)),
                ('original_url', models.CharField(blank=True, max_length=2000)),
                ('copyright_holder', models.CharField(blank=True, max_length=200)),
                ('copyright_notice', models.CharField(blank=True, max_length=500)),
                ('usage_terms', models.CharField(blank=True, max_length=2000)),
            ],
            options={
                'ordering': [models.OrderBy(models.F('order'), descending=True, nulls_first=True), '-pk'],
            },
        ),
        migrations.CreateModel(
            name='Section',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.CharField(help_text="Part of the section's address and its stream's name. It can never be changed.", max_length=56, unique=True, validators=[django.core.validators.RegexValidator('\\A[a-z0-9-]{1,56}\\Z', 'Use a–z, 0–9 and hyphens, 56 at most.')])),
                ('name', models.CharField(max_length=100)),
                ('position', models.PositiveSmallIntegerField(default=0, help_text='Position in the navigation; small numbers come first.')),
            ],
            options={
                'ordering': ['position', 'name'],
            },
        ),
        migrations.CreateModel(
            name='IdempotencyKey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.CharField(editable=False, max_length=64, unique=True)),
                ('fingerprint', models.CharField(editable=False, max_length=64)),
                ('created', models.DateTimeField(db_index=True, default=django.utils.timezone.now, editable=False)),
                ('article', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='newsroom.article')),
            ],
        ),
        migrations.AddField(
            model_name='article',
            name='section',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='articles', to='newsroom.section'),
        ),
        migrations.CreateModel(
            name='Revision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField()),
                ('kind', models.CharField(choices=[('publish', 'Published'), ('update', 'Updated'), ('correction', 'Correction'), ('retraction', 'Retracted'), ('restore', 'Restored')], max_length=12)),
                ('note', models.CharField(blank=True, max_length=2000)),
                ('by', models.CharField(blank=True, max_length=150)),
                ('created', models.DateTimeField()),
                ('headline', models.CharField(max_length=300)),
                ('summary', models.TextField(blank=True)),
                ('body', models.TextField(blank=True)),
                ('body_format', models.CharField(max_length=8)),
                ('article', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='revisions', to='newsroom.article')),
            ],
            options={
                'ordering': ['-version'],
                'constraints': [models.UniqueConstraint(fields=('article', 'version'), name='newsroom_once_a_version')],
            },
        ),
        migrations.AddIndex(
            model_name='article',
            index=models.Index(models.F('pub_status'), models.OrderBy(models.F('order'), descending=True), name='newsroom_by_order'),
        ),
        migrations.AddIndex(
            model_name='article',
            index=models.Index(models.F('section'), models.F('pub_status'), models.OrderBy(models.F('order'), descending=True), name='newsroom_by_section'),
        ),
        migrations.AddIndex(
            model_name='article',
            index=models.Index(models.F('pub_status'), models.F('publish_at'), name='newsroom_due'),
        ),
        migrations.AddConstraint(
            model_name='article',
            constraint=models.UniqueConstraint(condition=models.Q(('external_id', ''), _negated=True), fields=('source', 'external_id'), name='newsroom_once_a_source', violation_error_message='Another article of this source already has this external id.'),
        ),
        migrations.AddConstraint(
            model_name='article',
            constraint=models.CheckConstraint(condition=models.Q(('pub_status', 'withheld'), models.Q(('first_published__isnull', False), ('order__isnull', False)), _connector='OR'), name='newsroom_public_has_place'),
        ),
        migrations.AddConstraint(
            model_name='article',
            constraint=models.CheckConstraint(condition=models.Q(('urgency__gte', 1), ('urgency__lte', 9)), name='newsroom_urgency_1_to_9', violation_error_message='Urgency is a number from 1 (breaking) to 9.'),
        ),
    ]
