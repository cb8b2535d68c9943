"""Which kind of file the command `import` takes."""

import pytest
from django.core.management import CommandError, call_command


def test_a_file_of_no_known_kind_is_refused_with_what_can_be_imported(tmp_path):
    file = tmp_path / "paper.zip"
    file.write_text("Dear readers,")
    with pytest.raises(CommandError, match="not a known kind of file.*an archive of Stop Press"):
        call_command("import", str(file))


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(CommandError, match=r"none\.zip cannot be read: No such file"):
        call_command("import", str(tmp_path / "none.zip"))
