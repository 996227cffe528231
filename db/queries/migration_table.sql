-- migration_table: the ledger itself, before any migration ran; 0001 says the same.
-- role: login
-- returns: nothing
CREATE TABLE IF NOT EXISTS unknot_admin.migrations (
    version    integer PRIMARY KEY,
    name       text NOT NULL,
    sha256     text NOT NULL,
    applied_at timestamptz NOT NULL
);
