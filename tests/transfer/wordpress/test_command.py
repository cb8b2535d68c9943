"""`stoppress import` of an export of WordPress."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from stoppress.newsroom.models import Article

from .exports import post, saved

pytestmark = pytest.mark.django_db


def test_the_command_recognises_an_export_by_its_content(tmp_path):
    said = StringIO()
    call_command("import", str(saved(tmp_path, post(7))), media=tmp_path, stdout=said)
    assert Article.objects.public().count() == 1
    assert said.getvalue() == "New: 1 × article.\nAlso made: 1 × person.\n"


def test_a_damaged_export_is_refused_with_a_message(tmp_path):
    file = saved(tmp_path, post(7))
    file.write_text(file.read_text()[:-9])
    with pytest.raises(CommandError, match="is damaged at line"):
        call_command("import", str(file))
