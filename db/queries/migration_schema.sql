-- migration_schema: the schema of the ledger, before any migration ran.
-- role: login
-- returns: nothing
CREATE SCHEMA IF NOT EXISTS unknot_admin;
