-- migration_record: says that a migration was applied; in the transaction of the migration.
-- role: owner
-- $1 version integer: its number
-- $2 name text: its file without the ending
-- $3 sha256 text: of the file
-- $4 at timestamptz: now
-- returns: nothing; 23505 where it was applied before
INSERT INTO unknot_admin.migrations (version, name, sha256, applied_at) VALUES ($1, $2, $3, $4);
