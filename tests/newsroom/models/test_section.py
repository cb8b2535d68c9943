import pytest
from django.core.exceptions import ValidationError
from django.db.models import ProtectedError

from stoppress.live.protocol.names import NAME
from stoppress.newsroom.models import Section
from tests.newsroom.desk import draft, section

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("slug", ["World", "a_b", "", "x" * 57, "welt\n", "é", "a b"])
def test_a_slug_that_is_invalid_in_a_stream_name_is_refused(slug):
    with pytest.raises(ValidationError):
        Section(slug=slug, name="World").full_clean()


def test_the_longest_slug_still_names_a_stream():
    longest = Section(slug="x" * 56, name="World")
    longest.full_clean()
    assert NAME.fullmatch(longest.stream)


def test_a_section_with_articles_is_kept():
    draft(section=section())
    with pytest.raises(ProtectedError):
        section().delete()
