"""The secret key of the servers of a database, known by a signature."""

from django.core.signing import BadSignature, Signer
from django.db import models

WORDS = "the servers of this database have this key"


class KeySeal(models.Model):
    """The one row that the first server signed with its secret key.

    It reveals no more of the key than the sessions, which are signed and stored in the same way.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    signature = models.CharField(max_length=64)

    class Meta:
        default_permissions = ()

    @classmethod
    def is_of_another_key(cls) -> bool:
        """Return whether a server with another secret key has sealed this database."""
        signer = _signer()
        for seal in cls._default_manager.all():
            try:
                signer.unsign(f"{WORDS}{signer.sep}{seal.signature}")
            except BadSignature:
                return True
        return False

    @classmethod
    def renew(cls) -> None:
        """Seal the database with the key of this process, unless it already is."""
        signature = _signer().signature(WORDS)
        if not cls._default_manager.filter(signature=signature).exists():
            cls._default_manager.update_or_create(id=1, defaults={"signature": signature})


def _signer() -> Signer:
    return Signer(salt="stoppress.site.signing_in.KeySeal")
