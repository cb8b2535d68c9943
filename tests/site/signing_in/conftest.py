import pytest
from django.contrib.auth.models import User

from .editor import NAME, RIGHT


@pytest.fixture
def ann(db: None) -> User:
    """An editor who may sign in to the admin."""
    return User.objects.create_superuser(NAME, password=RIGHT)
