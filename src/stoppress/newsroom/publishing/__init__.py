"""The newsroom's verbs: the only writers of articles, and the only ones who tell the streams.

create_article    a draft                            (no event)
update_article    a draft's or a public text         article.updated, article.moved
publish_article   now, if no time holds it back      article.published
publish_due       every draft whose time has come    article.published
correct_article   with a public note                 article.corrected
retract_article   with a public note                 article.retracted
restore_article   a retracted one                    article.restored
discard_draft     one that was never public          (no event)
rename_section    its articles say the new name      article.updated

prepare           what of these takes long, for callers that hold a lock (no event)

Each is one transaction: it locks the article, decides on the row as it is then, and writes the
article, its revision and its events together. Each returns the article as it stands after it.
"""

from .correct import correct_article
from .draft import create_article, discard_draft
from .due import publish_due
from .errors import InvalidField, NewsroomError, PublishersOnly, VersionConflict, WrongState
from .publish import publish_article
from .restore import restore_article
from .retract import retract_article
from .section import rename_section
from .typeset import prepare
from .update import update_article

__all__ = [
    "InvalidField",
    "NewsroomError",
    "PublishersOnly",
    "VersionConflict",
    "WrongState",
    "correct_article",
    "create_article",
    "discard_draft",
    "prepare",
    "publish_article",
    "publish_due",
    "rename_section",
    "restore_article",
    "retract_article",
    "update_article",
]
