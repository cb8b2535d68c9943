"""The fields of versions that an earlier release stored in the order of PostgreSQL's collation."""

import pytest
from django.db.models import QuerySet

from stoppress.newsroom.comparing.versions import compared_versions
from stoppress.newsroom.models import Person, Topic
from stoppress.newsroom.publishing import update_article
from stoppress.newsroom.publishing.meanwhile import changed_since, merged
from stoppress.newsroom.publishing.stored_fields import SEVERAL, version_fields
from stoppress.newsroom.publishing.withdraw_version import withdrawable
from tests.newsroom.desk import public

pytestmark = pytest.mark.django_db
# The slugs in the order of the collation en_US, which ignores hyphens at first.
COLLATED = ["ab", "a-z"]


@pytest.fixture
def article():
    for slug in COLLATED:
        Topic.objects.create(slug=slug, name=slug)
        Person.objects.create(slug=slug, name=slug)
    made = public(topics=COLLATED, authors=COLLATED)
    for version in made.versions.all():
        fields = version.fields | dict.fromkeys(SEVERAL, COLLATED)
        QuerySet.update(made.versions.filter(pk=version.pk), fields=fields)
    return made


def test_the_same_slugs_in_another_order_are_no_change(article):
    present = ["a-z", "ab"]
    assert changed_since(article, article.version) == []
    assert withdrawable(article) == []
    # The editor has read the version before this change.
    changed = update_article(article, {"summary": "Shorter."})
    own = {"topics": present, "authors": present, "headline": "Mine"}
    result = merged(changed, own, article.version)
    assert (result.saved, result.kept, result.conflicts) == ({"headline"}, {"summary"}, set())
    new, *_, old = changed.versions.all()
    assert version_fields(old)["topics"] == version_fields(new)["topics"] == present
    assert [part.name for part in compared_versions(old, new, ("summary", *SEVERAL))] == ["summary"]
