-- tenant_mark_erasure: erasure: from now on a changed_since from before is 410. No tombstone remains that could name
-- the patient, so phones have to read everything anew to lose what they hold.
-- role: app
-- $1 tenant_id uuid: the tenant
-- $2 at timestamptz: now
-- returns: nothing
UPDATE unknot.tenants SET last_erasure_at = greatest(last_erasure_at, $2) WHERE tenant_id = $1;
