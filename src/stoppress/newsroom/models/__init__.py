"""The newsroom's tables: sections, articles, revisions, API tokens and idempotency keys."""

from .article import Article
from .idempotency import IdempotencyKey
from .revision import Revision
from .section import Section
from .token import ApiToken

__all__ = ["ApiToken", "Article", "IdempotencyKey", "Revision", "Section"]
