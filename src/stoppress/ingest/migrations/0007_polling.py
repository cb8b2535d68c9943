"""The time of each feed's next poll. Existing feeds become due spread over half an hour."""

from datetime import timedelta

from django.db import migrations, models
from django.db.models.functions import Now
from django.utils import timezone

FIRST_INTERVAL = timedelta(minutes=30)


def spread(apps, schema_editor):
    sources = apps.get_model("ingest", "Source").objects.using(schema_editor.connection.alias)
    now = timezone.now()
    sources.update(next_poll=None)
    feeds = sources.filter(kind="feed").exclude(url__istartswith="file:").order_by("pk")
    numbers = list(feeds.values_list("pk", flat=True))
    for place, number in enumerate(numbers):
        sources.filter(pk=number).update(next_poll=now + FIRST_INTERVAL * place / len(numbers))


class Migration(migrations.Migration):

    dependencies = [
        ('ingest', '0006_papers_withdrawals'),
    ]

    operations = [
        migrations.AddField(
            model_name='source',
            name='next_poll',
            field=models.DateTimeField(db_default=Now(), default=timezone.now, editable=False, null=True, verbose_name='next poll'),
        ),
        migrations.AddField(
            model_name='source',
            name='ttl',
            field=models.PositiveIntegerField(db_default=0, default=0, editable=False, help_text='Seconds for which the feed says it may be kept.'),
        ),
        migrations.AddField(
            model_name='source',
            name='failures',
            field=models.PositiveSmallIntegerField(db_default=0, default=0, editable=False, help_text='Polls that failed in a row.'),
        ),
        migrations.AddField(
            model_name='source',
            name='failing_since',
            field=models.DateTimeField(editable=False, null=True, verbose_name='failing since'),
        ),
        migrations.RunPython(spread, migrations.RunPython.noop, elidable=True),
    ]
