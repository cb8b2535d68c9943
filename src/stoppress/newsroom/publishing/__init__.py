"""The newsroom's verbs: the only code that writes articles and publishes their events.

create_article    makes a draft                             (no event)
update_article    changes fields                            article.updated, article.moved
submit_article    hands a draft to the desk                 (no event)
send_back_article returns a submitted draft, with a note    (no event)
discard_draft     discards a draft, which can be reopened   (no event)
reopen_draft      makes a discarded draft editable again    (no event)
publish_article   shows a draft to readers                  article.published
publish_due       publishes every draft that is due         article.published
lower_ranks       lowers articles whose top time is over    article.updated
place_articles    places articles of an older process       article.updated
correct_article   corrects, with a public note              article.corrected
retract_article   withdraws, with a public note             article.retracted
restore_article   shows a retracted article again           article.restored
withdraw_version  empties older versions, also in the log   article.updated
move_post         puts a post into another story            post.moved
set_coverage      opens, pauses or closes a live story      article.updated
close_quiet       closes every quiet live story             article.updated
add_note          writes a note for other editors           (no event)
delete_draft      deletes a draft                           (no event)
rename_section    changes the name in its articles          article.updated
rename_topic      changes the name in its stories           article.updated
rename_person     changes the name in the author's stories  article.updated
add_picture       stores a picture                          (no event)
change_picture    changes a picture's texts and focus       article.updated
delete_picture    deletes an unused picture                 (no event)
index_steps       updates missing or stale search entries   (no event)

prepare           does the slow work of a verb before a lock is taken
locked            locks an article, so that a check of it holds until the verb has ended
lock_stories      locks both stories of a move, before the post is locked
differences       returns the fields that a verb would change
load_articles     loads articles of another paper; with check_empty, load_rows and end_load
merged            merges an editor's fields with the changes that others saved meanwhile

Posts of a live story are articles: the same verbs write them, and their events are `post.…`.

Each verb is one transaction: it locks the article, decides by the row's current state, and writes
the article, its version and its events together. It returns the changed article.
"""

from .article_row import differences, locked
from .correct import correct_article
from .coverage import close_quiet, set_coverage
from .discard import discard_draft, reopen_draft
from .draft import create_article, delete_draft
from .due import publish_due
from .errors import InvalidField, NewsroomError, VersionConflict, WrongState
from .load import LoadedArticle, check_empty, end_load, load_articles, load_rows
from .meanwhile import EditConflict, merged
from .move import lock_stories, move_post
from .name import rename_person, rename_topic
from .note import add_note
from .pictures import add_picture, change_picture, delete_picture
from .publish import publish_article
from .rank import lower_ranks, place_articles, settle_ranks
from .restore import restore_article
from .retract import retract_article
from .search_entries import index_steps
from .section import rename_section
from .send_back import send_back_article
from .submit import submit_article
from .typeset import prepare
from .update import update_article
from .withdraw_version import withdraw_version

__all__ = [
    "EditConflict",
    "InvalidField",
    "LoadedArticle",
    "NewsroomError",
    "VersionConflict",
    "WrongState",
    "add_note",
    "add_picture",
    "change_picture",
    "check_empty",
    "close_quiet",
    "correct_article",
    "create_article",
    "delete_draft",
    "delete_picture",
    "differences",
    "discard_draft",
    "end_load",
    "index_steps",
    "load_articles",
    "load_rows",
    "lock_stories",
    "locked",
    "lower_ranks",
    "merged",
    "move_post",
    "place_articles",
    "prepare",
    "publish_article",
    "publish_due",
    "rename_person",
    "rename_section",
    "rename_topic",
    "reopen_draft",
    "restore_article",
    "retract_article",
    "send_back_article",
    "set_coverage",
    "settle_ranks",
    "submit_article",
    "update_article",
    "withdraw_version",
]
