"""Which kind of file the command `import` takes."""

import pytest
from django.core.management import CommandError, call_command


def test_an_unknown_format_is_refused_with_the_list_of_formats(tmp_path):
    file = tmp_path / "paper.zip"
    file.write_text("Dear readers,")
    with pytest.raises(CommandError, match="not a known kind of file.*an archive of Stop Press"):
        call_command("import", str(file))


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(CommandError, match=r"none\.zip cannot be read: No such file"):
        call_command("import", str(tmp_path / "none.zip"))
