"""Help texts and names in plain words: no change of the database."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('webhooks', '0002_skipping'),
    ]

    operations = [
        migrations.AlterField(
            model_name='endpoint',
            name='url',
            field=models.CharField(help_text='Every message is sent to this address with POST.', max_length=2000, verbose_name='address'),
        ),
    ]
