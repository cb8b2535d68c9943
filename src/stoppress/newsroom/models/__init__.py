"""The newsroom's tables: sections and topics, articles and their versions, people, API tokens."""

from .article import Article
from .contributor import Contributor
from .idempotency import IdempotencyKey
from .note import Note
from .person import Person
from .role import Role
from .section import Section
from .source_type import SourceType
from .token import ApiToken
from .topic import Topic
from .version import Version
from .working_copy import WorkingCopy

__all__ = [
    "ApiToken",
    "Article",
    "Contributor",
    "IdempotencyKey",
    "Note",
    "Person",
    "Role",
    "Section",
    "SourceType",
    "Topic",
    "Version",
    "WorkingCopy",
]
