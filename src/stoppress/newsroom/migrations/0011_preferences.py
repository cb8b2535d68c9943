import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('newsroom', '0010_idempotency'),
    ]

    operations = [
        migrations.CreateModel(
            name='Preferences',
            fields=[
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='preferences', serialize=False, to=settings.AUTH_USER_MODEL)),
                ('time_zone', models.CharField(blank=True, help_text="Such as Europe/Berlin. Empty: the site's.", max_length=64)),
            ],
            options={
                'verbose_name_plural': 'preferences',
            },
        ),
        # Only help texts change: no statement runs.
        migrations.AlterField(
            model_name='article',
            name='embargoed_until',
            field=models.DateTimeField(blank=True, help_text='Nobody can publish the article before this time.', null=True),
        ),
        migrations.AlterField(
            model_name='article',
            name='expires',
            field=models.DateTimeField(blank=True, help_text='For the desk only: it takes no article down.', null=True),
        ),
        migrations.AlterField(
            model_name='article',
            name='publish_at',
            field=models.DateTimeField(blank=True, help_text='The draft is published automatically at this time.', null=True),
        ),
        migrations.AlterField(
            model_name='article',
            name='top_until',
            field=models.DateTimeField(blank=True, help_text='Until this time an article of urgency 1 to 3 stands above the others.', null=True),
        ),
    ]
