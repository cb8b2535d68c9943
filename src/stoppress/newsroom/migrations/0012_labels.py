"""Labels that can be translated. No table changes."""

import django.core.validators
import django.db.models.deletion
import django.utils.timezone
import stoppress.newsroom.language
import stoppress.newsroom.models.article
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('newsroom', '0011_preferences'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='apitoken',
            options={'ordering': ['name'], 'verbose_name': 'API token', 'verbose_name_plural': 'API tokens'},
        ),
        migrations.AlterModelOptions(
            name='article',
            options={'ordering': [models.OrderBy(models.F('order'), descending=True, nulls_first=True), '-pk'], 'permissions': [('note_article', 'Can write notes on article'), ('submit_article', 'Can submit article'), ('send_back_article', 'Can send back article'), ('discard_article', 'Can discard article'), ('schedule_article', 'Can schedule article'), ('publish_article', 'Can publish article'), ('update_article', 'Can update public article'), ('correct_article', 'Can correct article'), ('retract_article', 'Can retract article'), ('restore_article', 'Can restore article'), ('pin_article', 'Can pin article'), ('withdraw_version_article', 'Can withdraw version of article')], 'verbose_name': 'article', 'verbose_name_plural': 'articles'},
        ),
        migrations.AlterModelOptions(
            name='auditentry',
            options={'default_permissions': ('view',), 'ordering': ['-time', '-pk'], 'verbose_name': 'audit entry', 'verbose_name_plural': 'audit entries'},
        ),
        migrations.AlterModelOptions(
            name='contributor',
            options={'verbose_name': 'contributor', 'verbose_name_plural': 'contributors'},
        ),
        migrations.AlterModelOptions(
            name='note',
            options={'ordering': ['-created', '-pk'], 'verbose_name': 'note', 'verbose_name_plural': 'notes'},
        ),
        migrations.AlterModelOptions(
            name='person',
            options={'ordering': ['name'], 'verbose_name': 'person', 'verbose_name_plural': 'people'},
        ),
        migrations.AlterModelOptions(
            name='preferences',
            options={'verbose_name': 'preferences', 'verbose_name_plural': 'preferences'},
        ),
        migrations.AlterModelOptions(
            name='section',
            options={'ordering': ['position', 'name'], 'verbose_name': 'section', 'verbose_name_plural': 'sections'},
        ),
        migrations.AlterModelOptions(
            name='topic',
            options={'ordering': ['name'], 'verbose_name': 'topic', 'verbose_name_plural': 'topics'},
        ),
        migrations.AlterModelOptions(
            name='version',
            options={'ordering': ['-version'], 'verbose_name': 'version', 'verbose_name_plural': 'versions'},
        ),
        migrations.AlterModelOptions(
            name='workingcopy',
            options={'ordering': ['-saved'], 'verbose_name': 'working copy', 'verbose_name_plural': 'working copies'},
        ),
        migrations.AlterField(
            model_name='apitoken',
            name='created',
            field=models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='created'),
        ),
        migrations.AlterField(
            model_name='apitoken',
            name='expires',
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name='expires'),
        ),
        migrations.AlterField(
            model_name='apitoken',
            name='last_used',
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name='last used'),
        ),
        migrations.AlterField(
            model_name='apitoken',
            name='name',
            field=models.CharField(help_text='the author of what the token publishes', max_length=100, unique=True, verbose_name='name'),
        ),
        migrations.AlterField(
            model_name='apitoken',
            name='revoked',
            field=models.DateTimeField(blank=True, null=True, verbose_name='revoked'),
        ),
        migrations.AlterField(
            model_name='apitoken',
            name='scope',
            field=models.CharField(choices=[('read', 'Read, drafts included'), ('write', 'Write drafts'), ('publish', 'Publish')], db_default='publish', default='publish', help_text='each scope includes the ones before it', max_length=20, verbose_name='scope'),
        ),
        migrations.AlterField(
            model_name='article',
            name='authors',
            field=models.ManyToManyField(blank=True, related_name='articles', to='newsroom.person', verbose_name='authors'),
        ),
        migrations.AlterField(
            model_name='article',
            name='body',
            field=models.TextField(blank=True, max_length=200000, verbose_name='body'),
        ),
        migrations.AlterField(
            model_name='article',
            name='body_format',
            field=models.CharField(choices=[('markdown', 'Markdown'), ('html', 'HTML')], default='markdown', max_length=8, verbose_name='body format'),
        ),
        migrations.AlterField(
            model_name='article',
            name='breaking',
            field=models.BooleanField(db_default=False, default=False, editable=False, verbose_name='breaking'),
        ),
        migrations.AlterField(
            model_name='article',
            name='byline',
            field=models.CharField(blank=True, max_length=200, verbose_name='byline'),
        ),
        migrations.AlterField(
            model_name='article',
            name='copyright_holder',
            field=models.CharField(blank=True, max_length=200, verbose_name='copyright holder'),
        ),
        migrations.AlterField(
            model_name='article',
            name='copyright_notice',
            field=models.CharField(blank=True, max_length=500, verbose_name='copyright notice'),
        ),
        migrations.AlterField(
            model_name='article',
            name='correction_date',
            field=models.DateTimeField(editable=False, null=True, verbose_name='correction date'),
        ),
        migrations.AlterField(
            model_name='article',
            name='correction_text',
            field=models.CharField(blank=True, editable=False, max_length=2000, verbose_name='correction text'),
        ),
        migrations.AlterField(
            model_name='article',
            name='desk_state',
            field=models.CharField(choices=[('draft', 'Draft'), ('submitted', 'Submitted'), ('sent_back', 'Sent back'), ('discarded', 'Discarded')], db_default='draft', default='draft', editable=False, max_length=9, verbose_name='desk state'),
        ),
        migrations.AlterField(
            model_name='article',
            name='ed_note',
            field=models.TextField(blank=True, help_text='Never public.', max_length=2000, verbose_name='ed note'),
        ),
        migrations.AlterField(
            model_name='article',
            name='embargoed_until',
            field=models.DateTimeField(blank=True, help_text='Nobody can publish the article before this time.', null=True, verbose_name='embargoed until'),
        ),
        migrations.AlterField(
            model_name='article',
            name='expires',
            field=models.DateTimeField(blank=True, help_text='For the desk only: it takes no article down.', null=True, verbose_name='expires'),
        ),
        migrations.AlterField(
            model_name='article',
            name='external_id',
            field=models.CharField(blank=True, max_length=500, verbose_name='external id'),
        ),
        migrations.AlterField(
            model_name='article',
            name='first_created',
            field=models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='first created'),
        ),
        migrations.AlterField(
            model_name='article',
            name='first_published',
            field=models.DateTimeField(editable=False, null=True, verbose_name='first published'),
        ),
        migrations.AlterField(
            model_name='article',
            name='headline',
            field=models.CharField(max_length=300, verbose_name='headline'),
        ),
        migrations.AlterField(
            model_name='article',
            name='kind',
            field=models.CharField(choices=[('article', 'Article'), ('live', 'Live story'), ('post', 'Post')], db_default='article', default='article', editable=False, max_length=7, verbose_name='kind'),
        ),
        migrations.AlterField(
            model_name='article',
            name='language',
            field=models.CharField(default=stoppress.newsroom.language.site_language, help_text='The language of headline and text: a BCP 47 tag such as en or pt-BR.', max_length=35, verbose_name='language'),
        ),
        migrations.AlterField(
            model_name='article',
            name='located',
            field=models.CharField(blank=True, help_text="The dateline's place.", max_length=100, verbose_name='located'),
        ),
        migrations.AlterField(
            model_name='article',
            name='original_url',
            field=models.CharField(blank=True, max_length=2000, verbose_name='original url'),
        ),
        migrations.AlterField(
            model_name='article',
            name='parent',
            field=models.ForeignKey(editable=False, help_text='The story of a post.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='posts', to='newsroom.article', verbose_name='parent'),
        ),
        migrations.AlterField(
            model_name='article',
            name='pinned',
            field=models.BooleanField(default=False, help_text='Stands above all others until it is unpinned.', verbose_name='pinned'),
        ),
        migrations.AlterField(
            model_name='article',
            name='pub_status',
            field=models.CharField(choices=[('usable', 'Public'), ('withheld', 'Draft'), ('canceled', 'Retracted')], default='withheld', editable=False, max_length=8, verbose_name='pub status'),
        ),
        migrations.AlterField(
            model_name='article',
            name='publish_at',
            field=models.DateTimeField(blank=True, help_text='The draft is published automatically at this time.', null=True, verbose_name='publish at'),
        ),
        migrations.AlterField(
            model_name='article',
            name='publish_failed',
            field=models.CharField(blank=True, editable=False, max_length=500, verbose_name='publish failed'),
        ),
        migrations.AlterField(
            model_name='article',
            name='publish_retry',
            field=models.DateTimeField(editable=False, null=True, verbose_name='publish retry'),
        ),
        migrations.AlterField(
            model_name='article',
            name='retraction_note',
            field=models.CharField(blank=True, editable=False, max_length=2000, verbose_name='retraction note'),
        ),
        migrations.AlterField(
            model_name='article',
            name='section',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='articles', to='newsroom.section', verbose_name='section'),
        ),
        migrations.AlterField(
            model_name='article',
            name='slugline',
            field=models.CharField(blank=True, help_text="The desk's short name.", max_length=100, verbose_name='slugline'),
        ),
        migrations.AlterField(
            model_name='article',
            name='source',
            field=models.CharField(blank=True, max_length=120, verbose_name='source'),
        ),
        migrations.AlterField(
            model_name='article',
            name='summary',
            field=models.TextField(blank=True, max_length=2000, verbose_name='summary'),
        ),
        migrations.AlterField(
            model_name='article',
            name='top_until',
            field=models.DateTimeField(blank=True, help_text='Until this time an article of urgency 1 to 3 stands above the others.', null=True, verbose_name='top until'),
        ),
        migrations.AlterField(
            model_name='article',
            name='topics',
            field=models.ManyToManyField(blank=True, related_name='articles', to='newsroom.topic', verbose_name='topics'),
        ),
        migrations.AlterField(
            model_name='article',
            name='urgency',
            field=models.PositiveSmallIntegerField(default=5, help_text='1 (breaking) to 9.', verbose_name='urgency'),
        ),
        migrations.AlterField(
            model_name='article',
            name='uri',
            field=models.CharField(default=stoppress.newsroom.models.article.new_uri, editable=False, max_length=500, unique=True, verbose_name='uri'),
        ),
        migrations.AlterField(
            model_name='article',
            name='usage_terms',
            field=models.CharField(blank=True, max_length=2000, verbose_name='usage terms'),
        ),
        migrations.AlterField(
            model_name='article',
            name='version',
            field=models.PositiveIntegerField(default=1, editable=False, verbose_name='version'),
        ),
        migrations.AlterField(
            model_name='article',
            name='version_created',
            field=models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='version created'),
        ),
        migrations.AlterField(
            model_name='auditentry',
            name='act',
            field=models.CharField(choices=[('signed_in', 'Signed in'), ('signed_out', 'Signed out'), ('sign_in_failed', 'Sign-in failed: wrong password'), ('code_failed', 'Sign-in failed: wrong code'), ('sso_refused', 'Single sign-on refused'), ('no_such_account', 'Sign-in failed: no such account'), ('locked', 'Account locked for an address'), ('user_made', 'User made'), ('user_renamed', 'User renamed'), ('user_deleted', 'User deleted'), ('activated', 'User activated'), ('deactivated', 'User deactivated'), ('staff_given', 'Staff status given'), ('staff_taken', 'Staff status taken'), ('superuser_given', 'Superuser status given'), ('superuser_taken', 'Superuser status taken'), ('password_changed', 'Password changed'), ('email_changed', 'E-mail address changed'), ('factor_set_up', 'Second factor set up'), ('factor_removed', 'Second factor removed'), ('recovery_codes_made', 'Recovery codes made'), ('linked', 'Linked with single sign-on'), ('unlinked', 'Link with single sign-on removed'), ('groups_given', 'Added to groups'), ('groups_taken', 'Removed from groups'), ('rights_given', 'Rights given'), ('rights_taken', 'Rights taken'), ('group_made', 'Group made'), ('group_renamed', 'Group renamed'), ('group_deleted', 'Group deleted'), ('contributor_added', 'Contributor added'), ('contributor_removed', 'Contributor removed'), ('token_made', 'Token made'), ('token_renewed', 'Token renewed'), ('token_changed', 'Token changed'), ('token_revoked', 'Token revoked'), ('token_deleted', 'Token deleted'), ('token_used', 'Token used'), ('token_refused', 'Token refused'), ('backed_up', 'Database copied'), ('restored', 'Backup restored'), ('left_out', 'More of the same, left out')], max_length=20, verbose_name='act'),
        ),
        migrations.AlterField(
            model_name='auditentry',
            name='actor',
            field=models.CharField(blank=True, max_length=150, verbose_name='actor'),
        ),
        migrations.AlterField(
            model_name='auditentry',
            name='actor_kind',
            field=models.CharField(choices=[('user', 'User'), ('token', 'Token'), ('command', 'Command'), ('nobody', 'Not signed in')], max_length=8, verbose_name='actor kind'),
        ),
        migrations.AlterField(
            model_name='auditentry',
            name='address',
            field=models.CharField(blank=True, max_length=64, verbose_name='address'),
        ),
        migrations.AlterField(
            model_name='auditentry',
            name='detail',
            field=models.TextField(blank=True, verbose_name='detail'),
        ),
        migrations.AlterField(
            model_name='auditentry',
            name='object_id',
            field=models.CharField(blank=True, max_length=40, verbose_name='object id'),
        ),
        migrations.AlterField(
            model_name='auditentry',
            name='object_kind',
            field=models.CharField(blank=True, max_length=20, verbose_name='object kind'),
        ),
        migrations.AlterField(
            model_name='auditentry',
            name='object_name',
            field=models.CharField(blank=True, max_length=150, verbose_name='object name'),
        ),
        migrations.AlterField(
            model_name='auditentry',
            name='time',
            field=models.DateTimeField(verbose_name='time'),
        ),
        migrations.AlterField(
            model_name='contributor',
            name='article',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='contributors', to='newsroom.article', verbose_name='article'),
        ),
        migrations.AlterField(
            model_name='contributor',
            name='user',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='contributions', to=settings.AUTH_USER_MODEL, verbose_name='user'),
        ),
        migrations.AlterField(
            model_name='note',
            name='article',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notes', to='newsroom.article', verbose_name='article'),
        ),
        migrations.AlterField(
            model_name='note',
            name='by',
            field=models.CharField(blank=True, editable=False, max_length=150, verbose_name='by'),
        ),
        migrations.AlterField(
            model_name='note',
            name='created',
            field=models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='created'),
        ),
        migrations.AlterField(
            model_name='note',
            name='text',
            field=models.TextField(max_length=2000, verbose_name='text'),
        ),
        migrations.AlterField(
            model_name='person',
            name='name',
            field=models.CharField(max_length=100, verbose_name='name'),
        ),
        migrations.AlterField(
            model_name='person',
            name='slug',
            field=models.CharField(help_text="Part of the person's address. It can never be changed.", max_length=56, unique=True, validators=[django.core.validators.RegexValidator('\\A[a-z0-9-]{1,56}\\Z', 'Use a–z, 0–9 and hyphens, 56 at most.')], verbose_name='slug'),
        ),
        migrations.AlterField(
            model_name='person',
            name='user',
            field=models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='person', to=settings.AUTH_USER_MODEL, verbose_name='user'),
        ),
        migrations.AlterField(
            model_name='preferences',
            name='time_zone',
            field=models.CharField(blank=True, help_text="Such as Europe/Berlin. Empty: the site's.", max_length=64, verbose_name='time zone'),
        ),
        migrations.AlterField(
            model_name='preferences',
            name='user',
            field=models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='preferences', serialize=False, to=settings.AUTH_USER_MODEL, verbose_name='user'),
        ),
        migrations.AlterField(
            model_name='section',
            name='name',
            field=models.CharField(max_length=100, verbose_name='name'),
        ),
        migrations.AlterField(
            model_name='section',
            name='position',
            field=models.PositiveSmallIntegerField(default=0, help_text='Position in the navigation; small numbers come first.', verbose_name='position'),
        ),
        migrations.AlterField(
            model_name='section',
            name='slug',
            field=models.CharField(help_text="Part of the section's address and its stream's name. It can never be changed.", max_length=56, unique=True, validators=[django.core.validators.RegexValidator('\\A[a-z0-9-]{1,56}\\Z', 'Use a–z, 0–9 and hyphens, 56 at most.')], verbose_name='slug'),
        ),
        migrations.AlterField(
            model_name='topic',
            name='name',
            field=models.CharField(max_length=100, verbose_name='name'),
        ),
        migrations.AlterField(
            model_name='topic',
            name='slug',
            field=models.CharField(help_text="Part of the topic's address and its stream's name. It can never be changed.", max_length=56, unique=True, validators=[django.core.validators.RegexValidator('\\A[a-z0-9-]{1,56}\\Z', 'Use a–z, 0–9 and hyphens, 56 at most.')], verbose_name='slug'),
        ),
        migrations.AlterField(
            model_name='version',
            name='act',
            field=models.CharField(choices=[('create', 'Created'), ('save', 'Saved'), ('submit', 'Submitted'), ('send_back', 'Sent back'), ('discard', 'Discarded'), ('reopen', 'Taken up again'), ('publish', 'Published'), ('update', 'Updated'), ('correction', 'Correction'), ('retraction', 'Retracted'), ('restore', 'Restored'), ('withdraw', 'Withdrew an older version')], max_length=12, verbose_name='act'),
        ),
        migrations.AlterField(
            model_name='version',
            name='article',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='newsroom.article', verbose_name='article'),
        ),
        migrations.AlterField(
            model_name='version',
            name='by',
            field=models.CharField(blank=True, max_length=150, verbose_name='by'),
        ),
        migrations.AlterField(
            model_name='version',
            name='created',
            field=models.DateTimeField(verbose_name='created'),
        ),
        migrations.AlterField(
            model_name='version',
            name='note',
            field=models.CharField(blank=True, max_length=2000, verbose_name='note'),
        ),
        migrations.AlterField(
            model_name='version',
            name='version',
            field=models.PositiveIntegerField(verbose_name='version'),
        ),
    ]
