from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('webhooks', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='endpoint',
            name='untried',
            field=models.BooleanField(db_default=False, default=False, editable=False),
        ),
        migrations.AlterField(
            model_name='delivery',
            name='result',
            field=models.CharField(choices=[('delivered', 'Delivered'), ('refused', 'Refused'), ('failed', 'No answer'), ('skipped', 'Skipped')], max_length=10, verbose_name='result'),
        ),
    ]
