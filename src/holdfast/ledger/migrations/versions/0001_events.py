"""The table of events, which nobody changes; where subscriptions and projections are."""

from __future__ import annotations

from alembic import op

revision = "0001"
down_revision = None

TABLES = """
CREATE TABLE events (
  seq bigint PRIMARY KEY,
  stream text COLLATE "C" NOT NULL,
  version bigint NOT NULL,
  type text COLLATE "C" NOT NULL,
  at text COLLATE "C" NOT NULL,
  actor text COLLATE "C" NOT NULL,
  because bigint,
  body bytea NOT NULL,
  prev bytea NOT NULL,
  hash bytea NOT NULL,
  UNIQUE (stream, version)
);
CREATE TABLE cursors (name text COLLATE "C" PRIMARY KEY, seq bigint NOT NULL);
CREATE TABLE projections (
  name text COLLATE "C" PRIMARY KEY,
  shape integer NOT NULL,
  tables text NOT NULL,
  seq bigint NOT NULL
);
CREATE FUNCTION facts_stay() RETURNS trigger LANGUAGE plpgsql AS
$$BEGIN RAISE EXCEPTION 'facts are never changed or deleted'; END$$;
CREATE TRIGGER facts_stay BEFORE UPDATE OR DELETE ON events FOR EACH ROW EXECUTE FUNCTION facts_stay();
CREATE TRIGGER facts_stay_all BEFORE TRUNCATE ON events FOR EACH STATEMENT EXECUTE FUNCTION facts_stay();
"""


def upgrade() -> None:
    """Make the tables."""
    op.execute(TABLES)
