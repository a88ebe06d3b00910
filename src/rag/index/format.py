"""The tables of an index, and upgrades from earlier formats."""

import sqlite3

from rag.index.digests import ROW_DIGESTS

__all__ = ["EARLIER", "FORMAT", "create_tables", "has_column", "upgrade_tables"]

FORMAT = "3"
EARLIER = ("1", "2")  # without digests of rows; "1" also stored a key for each sentence

_TABLES = """
CREATE TABLE meta (
    key TEXT PRIMARY KEY, value TEXT NOT NULL, row_digest BLOB) WITHOUT ROWID;
CREATE TABLE generations (number INTEGER PRIMARY KEY, stamp TEXT NOT NULL);
CREATE TABLE articles (
    row INTEGER PRIMARY KEY, id TEXT NOT NULL, revision TEXT NOT NULL, title TEXT NOT NULL,
    outlet TEXT, author TEXT, published TEXT, language TEXT NOT NULL, url TEXT,
    origin TEXT NOT NULL, text TEXT NOT NULL, digest BLOB NOT NULL, recipe TEXT NOT NULL,
    born INTEGER NOT NULL, died INTEGER, row_digest BLOB, passages INTEGER, pages TEXT);
CREATE INDEX articles_by_id ON articles (id, born);
CREATE TABLE passages (
    row INTEGER PRIMARY KEY, article INTEGER NOT NULL REFERENCES articles, start INTEGER NOT NULL,
    end INTEGER NOT NULL, key BLOB NOT NULL, born INTEGER NOT NULL, died INTEGER,
    row_digest BLOB);
CREATE INDEX passages_by_article ON passages (article);
CREATE INDEX passages_by_born ON passages (born);
CREATE INDEX passages_by_died ON passages (died);
CREATE INDEX passages_by_key ON passages (key);
CREATE TABLE sentences (
    passage INTEGER NOT NULL REFERENCES passages, position INTEGER NOT NULL,
    start INTEGER NOT NULL, end INTEGER NOT NULL,
    PRIMARY KEY (passage, position)) WITHOUT ROWID;
CREATE TABLE vectors (
    model TEXT NOT NULL, key BLOB NOT NULL, data BLOB NOT NULL, digest BLOB NOT NULL,
    PRIMARY KEY (model, key)) WITHOUT ROWID;
"""


def create_tables(connection: sqlite3.Connection) -> None:
    """Creates all tables, within a transaction."""
    for statement in _TABLES.split(";\n"):
        connection.execute(statement)


def has_column(connection: sqlite3.Connection, table: str, column: str) -> bool:
    """Whether ``table`` has ``column``."""
    rows = connection.execute(f"PRAGMA table_info({table})").fetchall()
    return column in {name for _, name, *_ in rows}


def upgrade_tables(connection: sqlite3.Connection) -> None:
    """Adds the digests of rows to tables of an earlier format, within a transaction.

    The cached vectors of sentences are kept, because a passage that is about to be written may
    have the same text as a sentence.
    """
    if has_column(connection, "sentences", "key"):
        connection.execute("ALTER TABLE sentences DROP COLUMN key")
    for table in ROW_DIGESTS:
        connection.execute(f"ALTER TABLE {table} ADD COLUMN row_digest BLOB")
    connection.execute("ALTER TABLE articles ADD COLUMN passages INTEGER")
    connection.execute("ALTER TABLE articles ADD COLUMN pages TEXT")
    paged = "(SELECT value FROM meta WHERE key = 'pages ' || revision)"
    connection.execute(f"UPDATE articles SET pages = ifnull({paged}, '')")
    connection.execute("DELETE FROM meta WHERE key LIKE 'pages %'")
    connection.execute("CREATE INDEX passages_by_key ON passages (key)")
    counted = "(SELECT count(*) FROM passages WHERE article = articles.row)"
    connection.execute(f"UPDATE articles SET passages = {counted}")
    connection.execute("UPDATE meta SET value = ? WHERE key = 'format'", (FORMAT,))
    for table, expression in ROW_DIGESTS.items():
        connection.execute(f"UPDATE {table} SET row_digest = {expression}")
