-- An export walks a tenant in the order of (created_at, id), which never changes: indexes of plans and sessions also
-- say what changed and what is gone, so that finding where files begin touches no row. The events have an index of their own,
-- because few sessions have any. An export that a client ended stays ended until its URLs would have ended by themselves.

SET ROLE unknot_owner;

CREATE INDEX IF NOT EXISTS care_plans_walk ON unknot.care_plans (tenant_id, created_at, plan_id)
    INCLUDE (updated_at, deleted_at);
DROP INDEX IF EXISTS unknot.care_plans_page;
ALTER INDEX unknot.care_plans_walk RENAME TO care_plans_page;

CREATE INDEX IF NOT EXISTS measurements_walk ON unknot.measurements (tenant_id, created_at, measurement_id);
CREATE INDEX IF NOT EXISTS sessions_walk ON unknot.sessions (tenant_id, created_at, session_id)
    INCLUDE (updated_at, deleted_at);
CREATE INDEX IF NOT EXISTS sessions_events ON unknot.sessions (tenant_id, created_at, session_id)
    WHERE jsonb_array_length(adverse_events) > 0;

CREATE TABLE IF NOT EXISTS unknot.ended_exports (
    tenant_id  uuid NOT NULL,
    export_id  text NOT NULL CHECK (export_id ~ '^[a-z0-9]{26}$'),
    expires_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, export_id)
);

ALTER TABLE unknot.ended_exports ENABLE ROW LEVEL SECURITY;
ALTER TABLE unknot.ended_exports FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS owner_sees_all ON unknot.ended_exports;
CREATE POLICY owner_sees_all ON unknot.ended_exports TO unknot_owner USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS tenant_alone ON unknot.ended_exports;
CREATE POLICY tenant_alone ON unknot.ended_exports TO unknot_app
    USING (tenant_id = NULLIF(pg_catalog.current_setting('unknot.tenant', true), '')::uuid)
    WITH CHECK (tenant_id = NULLIF(pg_catalog.current_setting('unknot.tenant', true), '')::uuid);

REVOKE ALL ON unknot.ended_exports FROM unknot_app, PUBLIC;
GRANT SELECT, INSERT, DELETE ON unknot.ended_exports TO unknot_app;

RESET ROLE;
