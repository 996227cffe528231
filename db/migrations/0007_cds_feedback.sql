-- What clinicians did with cards of CDS Hooks, so that each rule can be judged by how often it is followed. It names no
-- patient and keeps no words of anybody: a card's uuid is a hash, a comment is only counted.

SET ROLE unknot_owner;

CREATE TABLE IF NOT EXISTS unknot.cds_feedback (
    tenant_id   uuid NOT NULL,
    card_id     uuid NOT NULL,
    outcome     text NOT NULL CHECK (outcome IN ('accepted', 'overridden')),
    outcome_at  timestamptz NOT NULL,
    service     text NOT NULL CHECK (char_length(service) BETWEEN 1 AND 64),
    topic       text NOT NULL CHECK (char_length(topic) BETWEEN 1 AND 64),
    rule        text NOT NULL CHECK (char_length(rule) <= 200), -- '': the card led with none, or none that is known
    reason      text NOT NULL CHECK (char_length(reason) <= 200), -- code of the override reason; '': none
    commented   boolean NOT NULL,
    suggestions integer NOT NULL CHECK (suggestions >= 0), -- accepted
    created_at  timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, card_id, outcome, outcome_at)
);
CREATE INDEX IF NOT EXISTS cds_feedback_service ON unknot.cds_feedback (tenant_id, service, rule);

ALTER TABLE unknot.cds_feedback ENABLE ROW LEVEL SECURITY;
ALTER TABLE unknot.cds_feedback FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS owner_sees_all ON unknot.cds_feedback;
CREATE POLICY owner_sees_all ON unknot.cds_feedback TO unknot_owner USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS tenant_alone ON unknot.cds_feedback;
CREATE POLICY tenant_alone ON unknot.cds_feedback TO unknot_app
    USING (tenant_id = NULLIF(pg_catalog.current_setting('unknot.tenant', true), '')::uuid)
    WITH CHECK (tenant_id = NULLIF(pg_catalog.current_setting('unknot.tenant', true), '')::uuid);

REVOKE ALL ON unknot.cds_feedback FROM unknot_app, PUBLIC;
GRANT SELECT, INSERT ON unknot.cds_feedback TO unknot_app;

RESET ROLE;
