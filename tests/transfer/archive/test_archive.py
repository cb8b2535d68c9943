"""A paper that is exported and imported is the same paper."""

import os
import signal
import stat
import zipfile

import pytest
from django.contrib.auth import get_user_model
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command

from stoppress.live.log.history import read_head
from stoppress.live.management.stopping import SIGNALS
from stoppress.newsroom.models import (
    Article,
    AuditEntry,
    Note,
    Person,
    Picture,
    Section,
    Topic,
    Version,
)
from stoppress.newsroom.pictures import storing
from stoppress.newsroom.publishing import create_article, retract_article
from stoppress.transfer.archive import loading
from stoppress.transfer.archive.kinds import KINDS
from tests.newsroom.desk import live_story, post, public, section
from tests.transfer import paper

pytestmark = pytest.mark.django_db

# Columns that no archive has: each is made anew, or is of this installation alone.
NOT_EXPORTED = {
    Article: {"body_tree", "rank", "order", "breaking", "rank_until"},
    Picture: {"folder", "token"},
    Version: {"id"},
    Note: {"id"},
}


def test_an_imported_archive_shows_and_exports_the_same(tmp_path, capsys):
    paper.varied()
    shown = paper.shown()
    folders = set(Picture.objects.values_list("folder", flat=True))
    call_command("export", str(tmp_path / "one.zip"))
    paper.emptied()
    before = [read_head(name).cursor for name in ("news", "breaking", "keys", "wire")]
    call_command("import", str(tmp_path / "one.zip"))
    # Whoever follows the empty paper is told.
    now = [read_head(name).cursor for name in ("news", "breaking", "keys", "wire")]
    assert not set(before) & set(now)
    again = paper.shown()
    assert again.keys() == shown.keys()
    for name, items in shown.items():
        assert again[name] == items, name
    call_command("export", str(tmp_path / "two.zip"))
    first, second = paper.rows(tmp_path / "one.zip"), paper.rows(tmp_path / "two.zip")
    for name, rows in first.items():
        assert rows and second[name] == rows, name
    # New rows have numbers of their own, and files are apart from those of the other paper.
    assert not folders & set(Picture.objects.values_list("folder", flat=True))
    public("New", section=section("new"))


def test_every_column_is_exported_or_listed_as_left_out():
    for kind in KINDS:
        if kind.model in (Article, Picture, Version, Note, Person, Section, Topic):
            stored = {field.name for field in kind.model._meta.concrete_fields}
            left = stored - {*kind.columns, *kind.beside}
            assert left == NOT_EXPORTED.get(kind.model, set()), kind.name


def test_the_file_is_its_owners_and_holds_no_secret(tmp_path):
    paper.varied()
    file = tmp_path / "paper.zip"
    call_command("export", str(file))
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    user = get_user_model().objects.get()
    [row] = paper.rows(file)["users.jsonl"]
    assert row == {"username": "ann", "first_name": "Ann", "last_name": ""}
    with zipfile.ZipFile(file) as archive:
        for name in archive.namelist():
            assert user.password.encode() not in archive.read(name)
            assert b"wrong-libel" not in archive.read(name)
    assert AuditEntry.objects.filter(act=AuditEntry.Act.BACKED_UP).exists()
    with pytest.raises(CommandError, match="exists already"):
        call_command("export", str(file))


def test_imported_users_are_inactive_until_they_are_activated(tmp_path):
    paper.varied()
    call_command("export", str(tmp_path / "paper.zip"))
    paper.emptied()
    call_command("import", str(tmp_path / "paper.zip"))
    ann = get_user_model().objects.get(username="ann")
    assert not ann.is_active and not ann.is_staff and not ann.has_usable_password()
    assert Article.objects.get(headline="Draft").contributors.get().user == ann
    assert Person.objects.get(slug="ann-ray").user == ann


def test_a_public_archive_holds_only_public_content(tmp_path):
    paper.varied()
    file = tmp_path / "public.zip"
    call_command("export", str(file), "--public")
    rows = paper.rows(file)
    assert not rows["users.jsonl"] and not rows["notes.jsonl"]
    by_status: dict[str, set[int]] = {}
    for row in rows["articles.jsonl"]:
        by_status.setdefault(row["pub_status"], set()).add(row["id"])
    assert by_status == {
        "usable": set(Article.objects.public().values_list("pk", flat=True)),
        "canceled": set(Article.objects.withdrawn().values_list("pk", flat=True)),
    }
    text = str(rows)
    for word in ("libel", "secret-of", "words-of-a-draft", "Ask the mayor", "b-1", "'ann'"):
        assert word not in text, word
    for word in ("An oak fell", "The bridge is short.", "By Ann Ray"):
        assert word in text, word
    shown = paper.shown()
    paper.emptied()
    call_command("import", str(file))
    again = paper.shown()
    for name in ("news", "breaking", "keys", "section:town", "topic:bridges", "author:ann-ray"):
        assert again[name] == shown[name], name


def test_a_public_archive_holds_only_the_note_of_a_retracted_article(tmp_path, client):
    words = {"headline": "secret-headline", "body": "secret-body", "byline": "secret-byline"}
    gone = public(section=section("world"), topics=[], **words)
    retract_article(gone, "It was never so.")
    storm, flood = live_story("Storm"), live_story("secret-flood")
    posts = [post(storm, "Stays"), post(storm, **words), post(flood, **words)]
    retract_article(posts[1], "No such tree.")
    retract_article(flood, "No flood.")
    hidden = create_article(words, parent=flood)
    pages = {each: client.get(each.get_absolute_url()) for each in (gone, storm, flood, *posts)}
    atom = client.get("/feeds/atom.xml").content
    assert [each.status_code for each in pages.values()] == [410, 200, 410, 200, 410, 410]
    file = tmp_path / "public.zip"
    call_command("export", str(file), "--public")
    rows = paper.rows(file)
    assert "secret-" not in str(rows)
    paper.emptied()
    call_command("import", str(file))
    for each, before in pages.items():
        after = client.get(each.get_absolute_url())
        assert after.status_code == before.status_code, each
        assert paper.without_cursors(after.content) == paper.without_cursors(before.content)
    assert not Article.objects.filter(pk=hidden.pk).exists()
    assert client.get("/feeds/atom.xml").content == atom
    call_command("export", str(tmp_path / "again.zip"), "--public")
    assert paper.rows(tmp_path / "again.zip") == rows


def test_a_paper_that_is_not_empty_refuses_an_archive(tmp_path):
    section("world")
    call_command("export", str(tmp_path / "paper.zip"))
    with pytest.raises(CommandError, match="not empty: it has sections. Import into a new"):
        call_command("import", str(tmp_path / "paper.zip"))


def test_a_dry_run_changes_nothing(tmp_path, capsys):
    paper.varied()
    call_command("export", str(tmp_path / "paper.zip"))
    paper.emptied()
    before = paper.stored()
    call_command("import", str(tmp_path / "paper.zip"), "--dry-run")
    assert "dry run" in capsys.readouterr().out
    assert not Article.objects.exists() and not get_user_model().objects.exists()
    assert paper.stored() == before


def test_missing_files_are_named_and_the_rest_is_exported(tmp_path, capsys):
    picture = paper.picture()
    public("With a picture", image=picture)
    default_storage.delete(picture.file_names()[0])
    call_command("export", str(tmp_path / "paper.zip"))
    assert picture.file_names()[0] in capsys.readouterr().out
    paper.emptied()
    call_command("import", str(tmp_path / "paper.zip"))
    assert "Picture files missing from the archive: 1, such as media/" in capsys.readouterr().out
    assert default_storage.exists(Picture.objects.get().file_names()[1])


def test_an_import_reports_a_draft_that_is_due(tmp_path, capsys):
    made = create_article({"headline": "Soon"})
    Article.objects.filter(pk=made.pk).update(publish_at=made.first_created)
    call_command("export", str(tmp_path / "paper.zip"))
    paper.emptied()
    call_command("import", str(tmp_path / "paper.zip"))
    assert "Scheduled drafts that are due: 1." in capsys.readouterr().out


@pytest.fixture
def not_ignored():
    """Let the signals end this process, even if the parent process ignores them."""
    before = {number: signal.signal(number, signal.SIG_DFL) for number in SIGNALS}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.usefixtures("not_ignored")
@pytest.mark.parametrize("number", SIGNALS)
def test_an_export_that_is_stopped_leaves_no_file(tmp_path, monkeypatch, number):
    public("With a picture", image=paper.picture())
    before = signal.getsignal(number)
    monkeypatch.setattr(storing, "read", stopping(number))  # in the middle of the work
    with pytest.raises(SystemExit) as ended:
        call_command("export", str(tmp_path / "paper.zip"))
    assert ended.value.code == 128 + number
    assert not list(tmp_path.iterdir())
    assert signal.getsignal(number) == before


@pytest.mark.usefixtures("not_ignored")
def test_an_import_that_is_stopped_leaves_no_row_and_no_file(tmp_path, monkeypatch):
    public("With a picture", image=paper.picture())
    call_command("export", str(tmp_path / "paper.zip"))
    paper.emptied()
    before = paper.stored()
    stop = stopping(signal.SIGTERM)
    monkeypatch.setattr(loading, "end_load", stop)  # when all has come in but the commit
    with pytest.raises(SystemExit):
        call_command("import", str(tmp_path / "paper.zip"))
    assert paper.stored() == before
    assert not (Article.objects.exists() or Picture.objects.exists())


def stopping(number):
    """Return a function that has this process told to stop."""

    def stop(*args):
        os.kill(os.getpid(), number)
        raise AssertionError("it goes on")

    return stop
