"""The position up to which a WebSub hub knows the paper's changes."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('newsroom', '0017_audit_of_webhooks'),
    ]

    operations = [
        migrations.CreateModel(
            name='HubPlace',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('hub', models.CharField(editable=False, max_length=2000, unique=True)),
                ('cursor', models.CharField(editable=False, max_length=40)),
            ],
            options={
                'default_permissions': (),
            },
        ),
    ]
