"""What a newsroom keeps: its sections, its articles, and what became of each in public."""

from .article import Article
from .idempotency import IdempotencyKey
from .revision import Revision
from .section import Section
from .token import ApiToken

__all__ = ["ApiToken", "Article", "IdempotencyKey", "Revision", "Section"]
