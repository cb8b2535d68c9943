from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('newsroom', '0019_by_change'),
    ]

    operations = [
        migrations.AlterField(
            model_name='auditentry',
            name='act',
            field=models.CharField(choices=[('signed_in', 'Signed in'), ('signed_out', 'Signed out'), ('sign_in_failed', 'Sign-in failed: wrong password'), ('code_failed', 'Sign-in failed: wrong code'), ('sso_refused', 'Single sign-on refused'), ('no_such_account', 'Sign-in failed: no such account'), ('locked', 'Account locked for an address'), ('user_made', 'User made'), ('user_renamed', 'User renamed'), ('user_deleted', 'User deleted'), ('activated', 'User activated'), ('deactivated', 'User deactivated'), ('staff_given', 'Staff status given'), ('staff_taken', 'Staff status taken'), ('superuser_given', 'Superuser status given'), ('superuser_taken', 'Superuser status taken'), ('password_changed', 'Password changed'), ('email_changed', 'E-mail address changed'), ('factor_set_up', 'Second factor set up'), ('factor_removed', 'Second factor removed'), ('recovery_codes_made', 'Recovery codes made'), ('linked', 'Linked with single sign-on'), ('unlinked', 'Link with single sign-on removed'), ('groups_given', 'Added to groups'), ('groups_taken', 'Removed from groups'), ('rights_given', 'Rights given'), ('rights_taken', 'Rights taken'), ('group_made', 'Group made'), ('group_renamed', 'Group renamed'), ('group_deleted', 'Group deleted'), ('contributor_added', 'Contributor added'), ('contributor_removed', 'Contributor removed'), ('token_made', 'Token made'), ('token_renewed', 'Token renewed'), ('token_changed', 'Token changed'), ('token_revoked', 'Token revoked'), ('token_deleted', 'Token deleted'), ('token_used', 'Token used'), ('token_refused', 'Token refused'), ('picture_added', 'Picture uploaded'), ('picture_changed', 'Picture changed'), ('picture_deleted', 'Picture deleted'), ('webhook_added', 'Webhook added'), ('webhook_changed', 'Webhook changed'), ('webhook_rotated', "Webhook's secret renewed"), ('webhook_enabled', 'Webhook enabled'), ('webhook_disabled', 'Webhook disabled'), ('webhook_skipped', "Webhook's message skipped"), ('webhook_deleted', 'Webhook deleted'), ('backed_up', 'Database copied'), ('restored', 'Backup restored'), ('left_out', 'More of the same, left out')], max_length=20, verbose_name='act'),
        ),
    ]
