"""Pictures and the articles that use them: who sees a file is decided by the uses."""

from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.db import IntegrityError, OperationalError, connection, transaction
from django.test import Client

from stoppress.newsroom.models import Article, Picture
from stoppress.newsroom.publishing import (
    InvalidField,
    WrongState,
    add_picture,
    change_picture,
    correct_article,
    delete_draft,
    delete_picture,
    restore_article,
    retract_article,
    update_article,
)
from stoppress.newsroom.rights import NoRight, check_fields, check_new, visible_pictures
from tests.newsroom.desk import NINE, Page, draft, live_story, post, public, told
from tests.newsroom.pictures.made import encoded, picture
from tests.newsroom.staff import own, user_as

pytestmark = pytest.mark.django_db


def is_public(made: Picture) -> bool:
    return Picture.objects.public().filter(pk=made.pk).exists()


def names(made: Picture) -> str:
    return f"![](picture:{made.pk})"


# -- what readers see --------------------------------------------------------------------------


def test_a_picture_is_public_while_a_public_article_uses_it() -> None:
    storm = picture()
    story = draft(body=names(storm))
    assert not is_public(storm)
    story = public(body=names(storm))
    assert is_public(storm)
    retract_article(story, "Wrong place")
    assert not is_public(storm)
    restore_article(story)
    assert is_public(storm)
    update_article(story, {"body": "Words"})
    assert not is_public(storm)


def test_a_lead_picture_counts_as_use_and_is_in_the_items() -> None:
    storm = picture(focus_x=20)
    story = public(image=storm.pk)
    [item] = Page("news").state.items()
    assert item["image"]["id"] == storm.pk
    assert item["image"]["focus"] == [20, 50]
    assert item["image"]["url"].endswith("-1280.jpg")
    update_article(story, {"image": None})
    assert not is_public(storm)


def test_a_post_of_a_retracted_story_shows_no_picture() -> None:
    storm, story = picture(), live_story()
    post(story, body=names(storm))
    assert is_public(storm)
    retract_article(story, "Wrong place")
    assert not is_public(storm)


def test_a_picture_of_two_articles_stays_while_one_is_public() -> None:
    storm = picture()
    one, other = public(body=names(storm)), public(image=storm)
    retract_article(one, "Wrong place")
    assert is_public(storm)
    update_article(other, {"image": None, "body": "Words"})
    assert not is_public(storm)


def test_an_article_with_a_picture_is_not_public_under_embargo(client: Client) -> None:
    storm = picture()
    draft(body=names(storm), embargoed_until=NINE + timedelta(days=36500))
    assert not is_public(storm)


# -- what a text names -------------------------------------------------------------------------


@pytest.mark.parametrize("fields", [{"body": "![](picture:77)"}, {"image": 77}, {"image": True}])
def test_a_picture_that_does_not_exist_is_refused(fields: dict[str, object]) -> None:
    with pytest.raises(InvalidField, match="does not exist"):
        draft(**fields)
    story = draft()
    with pytest.raises(InvalidField, match="does not exist"):
        update_article(story, fields)
    assert not story.picture_uses.exists()


def test_a_post_has_no_lead_picture() -> None:
    with pytest.raises(InvalidField):
        post(live_story(), image=picture())


def test_a_version_keeps_the_number_of_its_lead_picture() -> None:
    storm = picture()
    story = public(image=storm)
    correct_article(story, "Wrong place", {"image": None})
    assert [each.fields["image"] for each in story.versions.all()][:2] == [None, storm.pk]


def test_a_text_that_an_older_process_has_read_gets_its_pictures_with_the_next_save() -> None:
    storm = picture()
    story = public(body=f"Words. {names(storm)}")
    Article.objects.filter(pk=story.pk).update(body_tree=[["p", "Words. "]])
    update_article(story, {"summary": "Later."})
    assert is_public(storm)
    [item] = Page(story.stream).items()
    assert "-1280.jpg" in str(item["view"])


# -- what is said of it ------------------------------------------------------------------------


def test_a_change_of_a_picture_reaches_the_pages_that_show_it() -> None:
    storm = picture()
    story = public(body=names(storm), image=storm)
    public("Another")
    page, front = Page(story.stream), Page("news")
    change_picture(storm, {"alt": "The harbour", "focus_y": 10})
    assert "The harbour" in str(page.items())
    assert [item["image"]["focus"] for item in front.items() if item["image"]] == [[50, 10]]
    assert told("news")[-1] == "put article.updated"
    story.refresh_from_db()
    assert story.version == 2


def test_an_unchanged_picture_causes_no_event() -> None:
    storm = picture()
    public(image=storm)
    before = told("news")
    change_picture(storm, {"alt": "A storm"})
    assert told("news") == before


@pytest.mark.parametrize(
    "fields", [{"focus_x": 101}, {"focus_y": -1}, {"focus_x": True}, {"alt": "a" * 501}, {"id": 1}]
)
def test_the_texts_of_a_picture_are_checked(fields: dict[str, object]) -> None:
    storm = picture()
    with pytest.raises(InvalidField):
        change_picture(storm, fields)


def test_the_texts_of_the_file_are_used_until_a_user_changes_them() -> None:
    from_file = encoded(alt="Waves", caption="At noon", credit="Ben Low")
    made = add_picture(from_file, {"alt": "The harbour", "caption": ""})
    assert (made.alt, made.caption, made.credit) == ("The harbour", "", "Ben Low")


# -- what becomes of the files -----------------------------------------------------------------


def files(made: Picture) -> list[bool]:
    return [
        default_storage.exists(name) for name in [*made.file_names(), f"pictures/{made.folder}"]
    ]


def test_a_row_that_is_not_stored_leaves_no_files() -> None:
    refused: list[Picture] = []

    def refuse(made: Picture) -> None:
        refused.append(made)
        raise IntegrityError

    with pytest.raises(IntegrityError):
        add_picture(encoded(), {}, then=refuse)
    assert not any(files(refused[0])) and not Picture.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("carried_out", [True, False])
def test_the_files_stay_while_a_commit_may_have_been_carried_out(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, carried_out: bool
) -> None:
    kept: list[Picture] = []
    commit = connection._commit

    def lost() -> None:
        if carried_out:
            commit()
        raise OperationalError("server closed the connection unexpectedly")

    with monkeypatch.context() as patched, pytest.raises(OperationalError):
        patched.setattr(connection, "_commit", lost)  # a network that fails at that moment
        add_picture(encoded(), {}, then=kept.append)
    assert all(files(kept[0]))
    assert Picture.objects.exists() is carried_out
    assert (f"its row may exist: pictures/{kept[0].folder}" in caplog.text) is not carried_out


@pytest.mark.django_db(transaction=True)
def test_the_files_stay_if_something_fails_after_the_commit() -> None:
    def fails() -> None:
        raise RuntimeError("no hub")

    with pytest.raises(RuntimeError):
        add_picture(encoded(), {}, then=lambda made: transaction.on_commit(fails))
    assert all(files(Picture.objects.get()))


# -- deleting ----------------------------------------------------------------------------------


def test_only_an_unused_picture_is_deleted_with_its_files(
    django_capture_on_commit_callbacks: object,
) -> None:
    storm = picture()
    story = draft(body=names(storm))
    with pytest.raises(WrongState, match="uses the picture"):
        delete_picture(storm)
    delete_draft(story)
    assert all(files(storm))
    with django_capture_on_commit_callbacks(execute=True):
        delete_picture(storm)
    assert not any(files(storm))
    assert not Picture.objects.exists()


# -- rights ------------------------------------------------------------------------------------


def test_a_reporter_may_use_own_pictures_pictures_of_own_articles_and_public_ones() -> None:
    ann = user_as("Reporter")
    theirs, mine, shared, shown = (picture(name) for name in ("a", "b", "c", "d"))
    Picture.objects.filter(pk=mine.pk).update(uploader=ann)
    own(draft(body=names(shared)), ann)
    public(body=names(shown))
    draft("Secret", body=names(theirs))
    seen = visible_pictures(ann, Picture.objects.all())
    assert set(seen) == {mine, shared, shown}
    check_new(ann, {"headline": "New", "body": names(mine) + names(shown)})
    for fields in ({"body": names(theirs)}, {"image": theirs.pk}):
        with pytest.raises(InvalidField, match="does not exist") as refused:
            check_new(ann, {"headline": "New", **fields})
        assert [refused.value.field] == list(fields)


def test_an_editor_may_use_all_pictures_and_other_users_none() -> None:
    storm = picture()
    assert visible_pictures(user_as("Editor"), Picture.objects.all()).get() == storm
    nobody = user_as("Reporter", "nobody")
    nobody.groups.clear()
    assert not visible_pictures(nobody, Picture.objects.all()).exists()
    with pytest.raises(NoRight):
        check_new(nobody, {"headline": "New"})


def test_a_picture_that_an_article_has_may_stay_in_it() -> None:
    ann, storm = user_as("Reporter"), picture()
    story: Article = own(draft(body=names(storm)), ann)
    check_fields(ann, story, {"body": (story.body, f"More. {names(storm)}")})
