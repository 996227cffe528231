-- Links that let a calendar program read one plan without a key. The link itself is signed (tenant, patient, link_id, and
-- an HMAC of them); the row says what it shows and whether it still holds. A plan or a patient that goes takes them along.

SET ROLE unknot_owner;

CREATE TABLE IF NOT EXISTS unknot.calendar_links (
    patient_id text NOT NULL,
    tenant_id  uuid NOT NULL,
    link_id    text NOT NULL CHECK (link_id ~ '^k-[a-z0-9]{26}$'),
    plan_id    text NOT NULL,
    titles     text NOT NULL CHECK (titles IN ('discreet', 'full')),
    expires_on date NOT NULL, -- the last day it is read
    actor      text NOT NULL CHECK (char_length(actor) BETWEEN 1 AND 255),
    created_at timestamptz NOT NULL,
    revoked_at timestamptz,
    PRIMARY KEY (patient_id, tenant_id, link_id),
    FOREIGN KEY (patient_id, tenant_id, plan_id) REFERENCES unknot.care_plans ON DELETE CASCADE
);
CREATE INDEX IF NOT EXISTS calendar_links_plan ON unknot.calendar_links (patient_id, tenant_id, plan_id, created_at);

ALTER TABLE unknot.calendar_links ENABLE ROW LEVEL SECURITY;
ALTER TABLE unknot.calendar_links FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS owner_sees_all ON unknot.calendar_links;
CREATE POLICY owner_sees_all ON unknot.calendar_links TO unknot_owner USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS tenant_alone ON unknot.calendar_links;
CREATE POLICY tenant_alone ON unknot.calendar_links TO unknot_app
    USING (tenant_id = NULLIF(pg_catalog.current_setting('unknot.tenant', true), '')::uuid)
    WITH CHECK (tenant_id = NULLIF(pg_catalog.current_setting('unknot.tenant', true), '')::uuid);

REVOKE ALL ON unknot.calendar_links FROM unknot_app, PUBLIC;
GRANT SELECT, INSERT, UPDATE (revoked_at) ON unknot.calendar_links TO unknot_app;

RESET ROLE;
