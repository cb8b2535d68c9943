"""Live stories: posts with the time of the event, key events, coverage."""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import F, Value
from django.db.models.functions import Concat

from stoppress.newsroom.add_column import AddColumn
from stoppress.newsroom.alter_length import AlterLength


def shorten_orders(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Give each post an order that fits into the former length and that no article has."""
    articles = apps.get_model("newsroom", "Article").objects.using(schema_editor.connection.alias)
    posts = articles.filter(parent__isnull=False, place__isnull=False)
    posts.update(order=Concat(Value("p-"), F("place")))


def compare_by_code_points(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Make PostgreSQL compare orders as the protocol does, independent of the collation."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            'ALTER TABLE newsroom_article ALTER COLUMN "order" TYPE varchar(60) COLLATE "C"'
        )


class Migration(migrations.Migration):

    dependencies = [
        ('newsroom', '0012_labels'),
    ]

    operations = [
        AddColumn(
            model_name='article',
            name='coverage',
            field=models.CharField(blank=True, choices=[('open', 'Live'), ('paused', 'Paused'), ('closed', 'Ended')], db_default='', default='', editable=False, max_length=6, verbose_name='coverage'),
        ),
        migrations.AddField(
            model_name='article',
            name='coverage_changed',
            field=models.DateTimeField(editable=False, null=True, verbose_name='coverage changed'),
        ),
        migrations.AddField(
            model_name='article',
            name='coverage_started',
            field=models.DateTimeField(editable=False, null=True, verbose_name='coverage started'),
        ),
        migrations.AddField(
            model_name='article',
            name='latest_change',
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name='article',
            name='taken_until',
            field=models.DateTimeField(editable=False, null=True),
        ),
        AddColumn(
            model_name='article',
            name='key_event',
            field=models.BooleanField(db_default=False, default=False, help_text='It stands among the key events of its story, and on the front page.', verbose_name='key event'),
        ),
        migrations.AddField(
            model_name='article',
            name='occurred',
            field=models.DateTimeField(blank=True, help_text='When it happened; the time of publication if empty. Posts stand by it.', null=True, verbose_name='occurred'),
        ),
        migrations.AddField(
            model_name='article',
            name='quiet_hours',
            field=models.PositiveSmallIntegerField(blank=True, help_text='The live story ends by itself after as many hours without a change.', null=True, verbose_name='quiet hours'),
        ),
        migrations.AlterField(
            model_name='article',
            name='headline',
            field=models.CharField(blank=True, max_length=300, verbose_name='headline'),
        ),
        AlterLength(
            model_name='article',
            name='order',
            field=models.CharField(editable=False, max_length=60, null=True, unique=True),
        ),
        migrations.RunPython(compare_by_code_points, shorten_orders),
        # `order` stays unique, since a place is: SQLite would copy the table to make it otherwise.
        migrations.RemoveConstraint(
            model_name='article',
            name='newsroom_once_a_place_in_story',
        ),
        migrations.AddConstraint(
            model_name='article',
            constraint=models.UniqueConstraint(condition=models.Q(('parent__isnull', False)), fields=('place',), name='newsroom_once_a_place_of_posts'),
        ),
        migrations.AlterField(
            model_name='version',
            name='act',
            field=models.CharField(choices=[('create', 'Created'), ('save', 'Saved'), ('submit', 'Submitted'), ('send_back', 'Sent back'), ('discard', 'Discarded'), ('reopen', 'Taken up again'), ('publish', 'Published'), ('update', 'Updated'), ('correction', 'Correction'), ('retraction', 'Retracted'), ('restore', 'Restored'), ('withdraw', 'Withdrew an older version'), ('move', 'Moved to another story'), ('pause', 'Coverage paused'), ('resume', 'Coverage resumed'), ('close', 'Coverage ended')], max_length=12, verbose_name='act'),
        ),
        migrations.AddIndex(
            model_name='article',
            index=models.Index(models.F('parent'), models.OrderBy(models.F('order'), descending=True), condition=models.Q(('parent__isnull', False)), name='newsroom_by_story'),
        ),
        migrations.AddIndex(
            model_name='article',
            index=models.Index(models.OrderBy(models.F('occurred'), descending=True), models.OrderBy(models.F('place'), descending=True), condition=models.Q(('key_event', True)), name='newsroom_key_events'),
        ),
        migrations.AddIndex(
            model_name='article',
            index=models.Index(models.F('id'), condition=models.Q(('first_published__isnull', False), ('occurred', None), ('parent__isnull', False)), name='newsroom_without_time'),
        ),
        migrations.AddIndex(
            model_name='article',
            index=models.Index(models.F('quiet_hours'), condition=models.Q(('quiet_hours__isnull', False)), name='newsroom_timed'),
        ),
    ]
