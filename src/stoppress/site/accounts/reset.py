"""Remove a user's sign-in data: a lost telephone, or another person at the provider."""

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.contrib.auth.models import User
from django.db import transaction


def reset_second_factor(user: User) -> bool:
    """Remove a user's second factor, recovery codes and link with the provider.

    Returns:
        Whether there was any.
    """
    with transaction.atomic():
        removed = [
            model.objects.filter(user=user).delete()[0] for model in (Authenticator, SocialAccount)
        ]
    return any(removed)
