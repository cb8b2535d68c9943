"""Rights of roles and scopes. The code agrees with the table in docs/newsroom.md."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.auth.models import AnonymousUser, User
from django.utils import timezone

from stoppress.newsroom.models import ApiToken, Article
from stoppress.newsroom.models.token import Scope
from stoppress.newsroom.publishing import (
    InvalidField,
    publish_article,
    retract_article,
    update_article,
)
from stoppress.newsroom.rights import (
    NoRight,
    Verb,
    check,
    check_fields,
    check_new,
    may,
    permitted,
    readable,
    scopes_of,
)
from tests.newsroom.desk import draft, public
from tests.newsroom.staff import own, user_as, user_with

pytestmark = pytest.mark.django_db

DOCS = Path(__file__).parents[2] / "docs" / "newsroom.md"
LATER = timezone.now() + timedelta(days=400)


def rows():
    """Return the documented table: verb → column → what it says."""
    chapter = DOCS.read_text().split("\n## Who may do what\n")[1].split("\n## ")[0]
    lines = [line.strip("|").split("|") for line in chapter.splitlines() if line.startswith("|")]
    head, _, *body = [[cell.strip() for cell in line] for line in lines]
    return {line[0].strip("`"): dict(zip(head[1:], line[1:], strict=True)) for line in body}


TABLE = rows()


def test_the_table_has_every_verb():
    assert sorted(TABLE) == sorted(Verb)


@pytest.mark.parametrize("role", ["Reporter", "Editor", "Chief"])
def test_each_role_has_the_rights_of_the_table(role):
    user, other = user_as(role), user_with(name="other")
    made = {"draft": draft, "public": public}
    columns = {name for row in TABLE.values() for name in row if name.startswith(f"{role}: ")}
    said, done = {}, {}
    for column in columns:
        *whose, state = column.removeprefix(f"{role}: ").rsplit(" ", 1)
        owners = {"own": [user], "another's": [other]}.get(*whose or ["both"], [user, other])
        for owner in owners:
            article = own(made[state](), owner)
            for verb in Verb:
                said[column, owner.username, verb] = TABLE[verb][column] == "yes"
                done[column, owner.username, verb] = may(user, verb, article)
    assert len(columns) == (4 if role == "Reporter" else 2)
    assert done == said


@pytest.mark.parametrize("scope", Scope)
def test_each_scope_has_the_rights_of_the_table(scope):
    token, _ = ApiToken.issue("wire", scope)
    plain = draft()
    wider = {verb: TABLE[verb]["token"].strip("`") for verb in Verb}
    expected = {verb: name != "–" and scope.includes(Scope(name)) for verb, name in wider.items()}
    assert {verb: may(token, verb, plain) for verb in Verb} == expected
    assert may(token, Verb.EDIT, public()) == (scope == Scope.PUBLISH)
    assert may(token, Verb.EDIT, draft(publish_at=LATER)) == (scope == Scope.PUBLISH)
    token.revoke()
    assert not any(may(token, verb) for verb in Verb)


def test_superusers_have_all_rights_and_inactive_users_none():
    ann, article = User.objects.create_superuser("ann"), draft()
    gone = own(article, user_as("Chief"))
    assert all(may(ann, verb, article) for verb in Verb)
    for user in (ann, gone.contributors.get().user):
        user.is_active = False
        user.save()
        user = User.objects.get(pk=user.pk)
        assert not any(may(user, verb, each) for verb in Verb for each in (article, None))
        assert not readable(user, Article.objects.all()) and scopes_of(user) == []
    assert not any(may(AnonymousUser(), verb, article) for verb in Verb)
    assert not readable(AnonymousUser(), Article.objects.all())


def test_a_scheduled_draft_is_closed_to_its_reporter_except_for_notes():
    reporter = user_as("Reporter")
    article = own(draft(publish_at=LATER), reporter)
    assert [verb for verb in Verb if may(reporter, verb, article)] == ["view", "add", "note"]


def test_a_retracted_article_is_updated_and_not_edited():
    reporter = user_as("Reporter")
    article = own(retract_article(public(), "Wrong."), reporter)
    assert not may(reporter, Verb.EDIT, article)
    assert not may(user_with("change_article"), Verb.EDIT, article)
    assert may(user_with("update_article", name="eva"), Verb.EDIT, article)


@pytest.mark.parametrize("verb", set(Verb) - {Verb.READ, Verb.EDIT})
def test_a_single_right_allows_its_own_verb_and_no_other(verb):
    user, article = user_with(f"{verb}_article"), draft()
    assert [each for each in Verb if may(user, each, article)] == [verb]


def test_a_removed_contributor_has_no_rights_left():
    user = user_with()
    article = own(draft(), user)
    assert not any(may(user, verb, article) for verb in Verb)
    assert not readable(user, Article.objects.all())


def test_a_reporter_reads_his_own_articles_and_an_editor_all():
    reporter, article, shown = user_as("Reporter"), draft("Mine"), public("Mine too")
    own(article, reporter), own(shown, reporter), draft("Another's")
    everything = Article.objects.all()
    assert set(readable(reporter, everything)) == {article, shown}
    assert readable(user_as("Editor"), everything).count() == 3
    assert readable(user_with("change_article"), everything).count() == 3


def test_a_refusal_names_the_right_that_is_missing():
    reporter = user_as("Reporter")
    with pytest.raises(NoRight, match="needs the right to update articles, which you do not have"):
        check(reporter, Verb.EDIT, own(public(), reporter))
    with pytest.raises(NoRight, match="^A correction needs the right to correct articles"):
        check(reporter, Verb.CORRECT, subject="A correction")


def test_a_user_makes_tokens_up_to_his_own_rights():
    assert scopes_of(user_as("Reporter")) == []
    assert scopes_of(user_with("view_article")) == [Scope.READ]
    assert scopes_of(user_as("Editor")) == [Scope.READ, Scope.WRITE]
    assert scopes_of(user_as("Chief")) == list(Scope)


EARLIER = LATER - timedelta(days=1)


@pytest.mark.parametrize(
    ("name", "old", "new", "right"),
    [
        ("publish_at", None, LATER, "schedule"),
        ("publish_at", LATER, None, "schedule"),
        ("embargoed_until", LATER, None, "schedule"),
        ("embargoed_until", LATER, EARLIER, "schedule"),
        ("embargoed_until", EARLIER, LATER, ""),
        ("embargoed_until", None, LATER, ""),
        ("pinned", False, True, "pin"),
        ("pinned", True, False, "pin"),
        ("top_until", None, LATER, "pin"),
        ("top_until", LATER, None, "pin"),
        ("urgency", 5, 3, "pin"),
        ("urgency", 1, 5, "pin"),
        ("urgency", 5, 4, ""),
        ("headline", "Old", "New", ""),
        ("source_type", "people", "machine", ""),
    ],
)
def test_a_change_of_a_field_needs_the_right_of_the_field(name, old, new, right):
    writer, _ = ApiToken.issue("wire", Scope.WRITE)
    for number, actor in enumerate((user_as("Reporter"), writer)):
        article = own(draft(), actor) if not number else draft()
        if right:
            with pytest.raises(NoRight) as refusal:
                check_fields(actor, article, {name: (old, new)})
            assert refusal.value.verb == right
        else:
            check_fields(actor, article, {name: (old, new)})
    check_fields(user_as("Editor"), article, {name: (old, new)})


def test_a_user_who_may_publish_may_review_only_as_themselves():
    editor, reporter = user_as("Editor"), user_as("Reporter")
    article = own(draft(source_type="machine"), reporter)
    check_fields(editor, article, {"reviewed_by": ("", "editor")})
    check_fields(editor, article, {"reviewed_by": ("reporter", "")})  # taken back
    with pytest.raises(InvalidField, match="you cannot review for another user"):
        check_fields(editor, article, {"reviewed_by": ("", "reporter")})
    for change in (("", "reporter"), ("editor", "")):
        with pytest.raises(NoRight, match="^A review needs the right to publish"):
            check_fields(reporter, article, {"reviewed_by": change})


def test_a_program_may_not_review():
    user_as("Editor", "wire")
    token, _ = ApiToken.issue("wire", Scope.PUBLISH)
    for change in (("", "wire"), ("wire", "")):
        with pytest.raises(InvalidField, match="programs cannot review texts"):
            check_fields(token, draft(source_type="machine"), {"reviewed_by": change})


def test_a_new_article_may_have_default_values_without_a_right():
    reporter = user_as("Reporter")
    check_new(reporter, {"headline": "x", "urgency": 5, "pinned": False, "top_until": None})
    with pytest.raises(NoRight, match="^An urgency of 1 to 3 needs the right to pin"):
        check_new(reporter, {"headline": "x", "urgency": 3})


def test_rights_are_judged_by_the_current_state_of_the_article():
    reporter = user_as("Reporter")
    read, fields = own(draft(), reporter), {"embargoed_until": EARLIER}
    with permitted(reporter, Verb.EDIT, read, fields) as fresh:
        assert fresh == read and fresh is not read
    update_article(read, {"embargoed_until": LATER})
    with (
        pytest.raises(NoRight, match="end of an embargo"),
        permitted(reporter, Verb.EDIT, read, fields),
    ):
        pytest.fail("not permitted")
    publish_article(update_article(read, {"embargoed_until": None}))
    with pytest.raises(NoRight, match="update"), permitted(reporter, Verb.EDIT, read):
        pytest.fail("not permitted")
