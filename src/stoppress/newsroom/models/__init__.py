"""The newsroom's tables: articles, versions, pictures, people, tokens, the audit, the index."""

from .article import Article
from .audit_entry import AuditEntry
from .contributor import Contributor
from .hub_place import HubPlace
from .idempotency import IdempotencyKey
from .note import Note
from .person import Person
from .picture import Picture, PictureUse
from .preferences import Preferences
from .role import Role
from .search_entry import SearchEntry
from .section import Section
from .source_type import SourceType
from .token import ApiToken
from .topic import Topic
from .version import Version
from .working_copy import WorkingCopy

__all__ = [
    "ApiToken",
    "Article",
    "AuditEntry",
    "Contributor",
    "HubPlace",
    "IdempotencyKey",
    "Note",
    "Person",
    "Picture",
    "PictureUse",
    "Preferences",
    "Role",
    "SearchEntry",
    "Section",
    "SourceType",
    "Topic",
    "Version",
    "WorkingCopy",
]
