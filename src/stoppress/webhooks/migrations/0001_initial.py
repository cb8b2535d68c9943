import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Endpoint',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(help_text='Shown here and in logs.', max_length=100, unique=True, verbose_name='name')),
                ('url', models.CharField(help_text='Every message is posted to it.', max_length=2000, verbose_name='address')),
                ('events', models.JSONField(blank=True, default=list, verbose_name='events')),
                ('secret', models.CharField(editable=False, max_length=100)),
                ('old_secret', models.CharField(blank=True, editable=False, max_length=100)),
                ('old_secret_until', models.DateTimeField(editable=False, null=True)),
                ('enabled', models.BooleanField(default=True, editable=False, verbose_name='enabled')),
                ('note', models.JSONField(default=list, editable=False)),
                ('created', models.DateTimeField(editable=False, verbose_name='created')),
                ('cursor', models.CharField(editable=False, max_length=40, verbose_name='cursor')),
                ('last_delivered', models.DateTimeField(editable=False, null=True, verbose_name='last delivered')),
                ('failures', models.PositiveIntegerField(default=0, editable=False, verbose_name='failures')),
                ('failing_since', models.DateTimeField(editable=False, null=True, verbose_name='failing since')),
                ('retry_at', models.DateTimeField(editable=False, null=True, verbose_name='next attempt')),
                ('history_changed', models.DateTimeField(editable=False, null=True)),
                ('test_asked', models.DateTimeField(editable=False, null=True)),
            ],
            options={
                'verbose_name': 'webhook',
                'verbose_name_plural': 'webhooks',
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='Delivery',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('message', models.CharField(max_length=100, verbose_name='message id')),
                ('type', models.CharField(max_length=64, verbose_name='type')),
                ('attempt', models.PositiveIntegerField(verbose_name='attempt')),
                ('result', models.CharField(choices=[('delivered', 'Delivered'), ('refused', 'Refused'), ('failed', 'No answer')], max_length=10, verbose_name='result')),
                ('status', models.PositiveSmallIntegerField(null=True, verbose_name='status')),
                ('why', models.JSONField(default=list)),
                ('time', models.DateTimeField(verbose_name='time')),
                ('milliseconds', models.PositiveIntegerField(verbose_name='milliseconds')),
                ('endpoint', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='deliveries', to='webhooks.endpoint', verbose_name='webhook')),
            ],
            options={
                'verbose_name': 'delivery',
                'verbose_name_plural': 'deliveries',
                'ordering': ['-time', '-pk'],
                'default_permissions': ('view',),
                'indexes': [models.Index(fields=['time'], name='webhooks_delivery_time'), models.Index(fields=['endpoint', '-time'], name='webhooks_delivery_endpoint')],
            },
        ),
    ]
