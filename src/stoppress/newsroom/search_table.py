"""The full-text index of SQLite: a table of FTS5 over the entries' tokens, kept by triggers."""

TABLE, ENTRIES = "newsroom_search", "newsroom_searchentry"

# `ascii` splits tokens at spaces only: the letters are folded already. Positions of words are not
# stored, because phrases are looked up in the entries.
INDEX = (
    f"CREATE VIRTUAL TABLE {TABLE} USING fts5(tokens, content='{ENTRIES}',"
    " content_rowid='position', tokenize='ascii', detail='none', columnsize=0)"
)
_ADD = (
    f"INSERT INTO {TABLE} (rowid, tokens) SELECT NEW.position, NEW.tokens WHERE NEW.tokens <> '';"
)
_TAKE = (
    f"INSERT INTO {TABLE} ({TABLE}, rowid, tokens)"
    " SELECT 'delete', OLD.position, OLD.tokens WHERE OLD.tokens <> '';"
)
TRIGGERS = (
    f"CREATE TRIGGER {TABLE}_add AFTER INSERT ON {ENTRIES} BEGIN {_ADD} END",
    f"CREATE TRIGGER {TABLE}_take AFTER DELETE ON {ENTRIES} BEGIN {_TAKE} END",
    f"CREATE TRIGGER {TABLE}_change AFTER UPDATE OF tokens, position ON {ENTRIES}"
    " WHEN OLD.tokens <> NEW.tokens OR OLD.position IS NOT NEW.position"
    f" BEGIN {_TAKE} {_ADD} END",
)
# FTS5 only marks removed entries. Merging all its parts into one deletes them.
MERGE = f"INSERT INTO {TABLE} ({TABLE}) VALUES ('optimize')"
EXISTS = f"SELECT 1 FROM sqlite_master WHERE name = '{TABLE}'"
