"""Help texts, names of fields and labels of acts in plain words: no change of the database."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('newsroom', '0020_audit_of_skipping'),
    ]

    operations = [
        migrations.AlterField(
            model_name='apitoken',
            name='name',
            field=models.CharField(help_text='The author of the articles that the token publishes.', max_length=100, unique=True, verbose_name='name'),
        ),
        migrations.AlterField(
            model_name='apitoken',
            name='scope',
            field=models.CharField(choices=[('read', 'Read, drafts included'), ('write', 'Write drafts'), ('publish', 'Publish')], db_default='publish', default='publish', help_text='Each scope includes the ones before it.', max_length=20, verbose_name='scope'),
        ),
        migrations.AlterField(
            model_name='article',
            name='ed_note',
            field=models.TextField(blank=True, help_text='Never public.', max_length=2000, verbose_name='editorial note'),
        ),
        migrations.AlterField(
            model_name='article',
            name='expires',
            field=models.DateTimeField(blank=True, help_text='For the desk only: the article is not taken down at this time.', null=True, verbose_name='expires'),
        ),
        migrations.AlterField(
            model_name='article',
            name='key_event',
            field=models.BooleanField(db_default=False, default=False, help_text='The post is listed among the key events of its story, and on the front page.', verbose_name='key event'),
        ),
        migrations.AlterField(
            model_name='article',
            name='located',
            field=models.CharField(blank=True, help_text='The place in the dateline.', max_length=100, verbose_name='located'),
        ),
        migrations.AlterField(
            model_name='article',
            name='occurred',
            field=models.DateTimeField(blank=True, help_text='When it happened; the time of publication if empty. Posts are sorted by it.', null=True, verbose_name='occurred'),
        ),
        migrations.AlterField(
            model_name='article',
            name='parent',
            field=models.ForeignKey(editable=False, help_text='The live story that the post belongs to.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='posts', to='newsroom.article', verbose_name='parent'),
        ),
        migrations.AlterField(
            model_name='article',
            name='pinned',
            field=models.BooleanField(default=False, help_text='Shown above all others until it is unpinned.', verbose_name='pinned'),
        ),
        migrations.AlterField(
            model_name='article',
            name='pub_status',
            field=models.CharField(choices=[('usable', 'Public'), ('withheld', 'Draft'), ('canceled', 'Retracted')], default='withheld', editable=False, max_length=8, verbose_name='publication status'),
        ),
        migrations.AlterField(
            model_name='article',
            name='quiet_hours',
            field=models.PositiveSmallIntegerField(blank=True, help_text='The live story ends automatically after this many hours without a change.', null=True, verbose_name='quiet hours'),
        ),
        migrations.AlterField(
            model_name='article',
            name='slugline',
            field=models.CharField(blank=True, help_text='A short name for the desk.', max_length=100, verbose_name='slugline'),
        ),
        migrations.AlterField(
            model_name='article',
            name='source_type',
            field=models.CharField(blank=True, choices=[('people', 'Written by people'), ('assisted', 'Written by people, with a machine’s help in spelling or style'), ('mixed', 'Written by people, with parts that a machine wrote'), ('translated', 'Translated by a machine'), ('machine', 'Written by a machine'), ('program', 'Written from data by a program without a trained model')], db_default='', default='', help_text='Readers see a label on a machine’s text that no editor has reviewed.', max_length=10, verbose_name='how it was made'),
        ),
        migrations.AlterField(
            model_name='article',
            name='top_until',
            field=models.DateTimeField(blank=True, help_text='Until this time, an article of urgency 1 to 3 is shown above the others.', null=True, verbose_name='top until'),
        ),
        migrations.AlterField(
            model_name='auditentry',
            name='act',
            field=models.CharField(choices=[('signed_in', 'Signed in'), ('signed_out', 'Signed out'), ('sign_in_failed', 'Sign-in failed: wrong password'), ('code_failed', 'Sign-in failed: wrong code'), ('sso_refused', 'Single sign-on refused'), ('no_such_account', 'Sign-in failed: no such account'), ('locked', 'Account locked for an address'), ('user_made', 'User created'), ('user_renamed', 'User renamed'), ('user_deleted', 'User deleted'), ('activated', 'User activated'), ('deactivated', 'User deactivated'), ('staff_given', 'Staff status granted'), ('staff_taken', 'Staff status removed'), ('superuser_given', 'Superuser status granted'), ('superuser_taken', 'Superuser status removed'), ('password_changed', 'Password changed'), ('email_changed', 'E-mail address changed'), ('factor_set_up', 'Second factor set up'), ('factor_removed', 'Second factor removed'), ('recovery_codes_made', 'Recovery codes created'), ('linked', 'Linked with single sign-on'), ('unlinked', 'Link with single sign-on removed'), ('groups_given', 'Added to groups'), ('groups_taken', 'Removed from groups'), ('rights_given', 'Rights granted'), ('rights_taken', 'Rights removed'), ('group_made', 'Group created'), ('group_renamed', 'Group renamed'), ('group_deleted', 'Group deleted'), ('contributor_added', 'Contributor added'), ('contributor_removed', 'Contributor removed'), ('token_made', 'Token created'), ('token_renewed', 'Token renewed'), ('token_changed', 'Token changed'), ('token_revoked', 'Token revoked'), ('token_deleted', 'Token deleted'), ('token_used', 'Token used'), ('token_refused', 'Token refused'), ('picture_added', 'Picture uploaded'), ('picture_changed', 'Picture changed'), ('picture_deleted', 'Picture deleted'), ('webhook_added', 'Webhook added'), ('webhook_changed', 'Webhook changed'), ('webhook_rotated', "Webhook's secret renewed"), ('webhook_enabled', 'Webhook enabled'), ('webhook_disabled', 'Webhook disabled'), ('webhook_skipped', "Webhook's message skipped"), ('webhook_deleted', 'Webhook deleted'), ('backed_up', 'Database copied'), ('restored', 'Backup restored'), ('left_out', 'More entries of the same kind left out')], max_length=20, verbose_name='act'),
        ),
        migrations.AlterField(
            model_name='picture',
            name='alt',
            field=models.CharField(blank=True, help_text='A description of the picture for readers who cannot see it.', max_length=500, verbose_name='alternative text'),
        ),
        migrations.AlterField(
            model_name='picture',
            name='credit',
            field=models.CharField(blank=True, help_text='The author of the picture.', max_length=200, verbose_name='credit'),
        ),
        migrations.AlterField(
            model_name='preferences',
            name='time_zone',
            field=models.CharField(blank=True, help_text="Such as Europe/Berlin. If empty, the site's time zone is used.", max_length=64, verbose_name='time zone'),
        ),
        migrations.AlterField(
            model_name='role',
            name='name',
            field=models.CharField(help_text="The group's name when it was created.", max_length=20, primary_key=True, serialize=False),
        ),
        migrations.AlterField(
            model_name='workingcopy',
            name='base',
            field=models.PositiveIntegerField(help_text="The version of the article that the user's changes are based on.", null=True),
        ),
        migrations.AlterField(
            model_name='workingcopy',
            name='fields',
            field=models.JSONField(default=dict, help_text='The changed fields, by name.'),
        ),
    ]
