"""The database view that processes of the previous release need until their restart.

They know the versions' table by its former name, and read and write public versions. The view is
made in the transaction that renames the table, so that they always find it. The next migration that
changes Version removes it first, since neither database alters a table beneath a view.
"""

COLUMNS = 'article_id, version, {act}, note, "by", created, headline, summary, body, body_format'
VIEW = (
    f"CREATE VIEW newsroom_revision AS SELECT id, {COLUMNS.format(act='act AS kind')}"
    " FROM newsroom_version WHERE public"
)
# PostgreSQL can write to such a view by itself.
TRIGGER = (
    "CREATE TRIGGER newsroom_revision_insert INSTEAD OF INSERT ON newsroom_revision BEGIN"
    f" INSERT INTO newsroom_version ({COLUMNS.format(act='act')})"
    ' VALUES (NEW.article_id, NEW.version, NEW.kind, NEW.note, NEW."by", NEW.created,'
    " NEW.headline, NEW.summary, NEW.body, NEW.body_format); END"
)
