"""Fields for the way in which an article was made, and for its reviewer."""

from django.db import migrations, models

from stoppress.newsroom.add_column import AddColumn


class Migration(migrations.Migration):
    dependencies = [("newsroom", "0008_audit")]

    operations = [
        AddColumn(
            model_name="article",
            name="source_type",
            field=models.CharField(
                verbose_name="how it was made",
                max_length=10,
                choices=[
                    ("people", "Written by people"),
                    ("assisted", "Written by people, with a machine’s help in spelling or style"),
                    ("mixed", "Written by people, with parts that a machine wrote"),
                    ("translated", "Translated by a machine"),
                    ("machine", "Written by a machine"),
                    ("program", "Written from data by a program without a trained model"),
                ],
                blank=True,
                default="", db_default="",
                help_text="Readers are told of a machine’s text that no editor has reviewed.",
            ),
        ),
        AddColumn(
            model_name="article",
            name="reviewed_by",
            field=models.CharField(
                verbose_name="review", max_length=254, blank=True, default="", db_default=""
            ),
        ),
    ]
