-- What belongs to a tenant and not to one patient: every key starts with tenant_id.
-- No triggers and no defaults: the statements of db/queries say everything, times included.

SET ROLE unknot_owner;

-- A clinic, or whoever else keeps its patients apart from everybody else's.
CREATE TABLE IF NOT EXISTS unknot.tenants (
    tenant_id       uuid PRIMARY KEY,
    name            text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 200),
    patient_secret  bytea NOT NULL CHECK (octet_length(patient_secret) >= 32), -- keys the HMAC that makes a patient_id
    cursor_secret   bytea NOT NULL CHECK (octet_length(cursor_secret) >= 32),  -- keys the HMAC that signs a cursor
    created_at      timestamptz NOT NULL,
    last_erasure_at timestamptz -- a changed_since from before it is 410: the phone reads everything anew
);

CREATE TABLE IF NOT EXISTS unknot.api_keys (
    tenant_id    uuid NOT NULL REFERENCES unknot.tenants,
    key_id       text NOT NULL CHECK (key_id ~ '^[A-Za-z0-9]{12}$'),
    kind         text NOT NULL CHECK (kind IN ('secret', 'publishable')),
    principal    text NOT NULL CHECK (principal IN ('clinic', 'therapist', 'patient')),
    subject      text CHECK (char_length(subject) BETWEEN 1 AND 64), -- whose: a therapist_id or a patient_id
    name         text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 200),
    prefix       text NOT NULL CHECK (char_length(prefix) BETWEEN 1 AND 64), -- what people recognise the key by
    hash         bytea NOT NULL CHECK (octet_length(hash) = 32),             -- SHA-256 of the secret part
    scopes       text[] NOT NULL,
    created_at   timestamptz NOT NULL,
    expires_at   timestamptz,
    revoked_at   timestamptz,
    rotated_to   text,
    last_used_at timestamptz,
    PRIMARY KEY (tenant_id, key_id),
    CHECK ((principal = 'clinic') = (subject IS NULL)),
    CHECK (kind = 'secret' OR (principal = 'clinic' AND scopes <@ ARRAY['catalogue:read', 'decisions:create']))
);
CREATE INDEX IF NOT EXISTS api_keys_subject ON unknot.api_keys (tenant_id, subject) WHERE subject IS NOT NULL;

CREATE TABLE IF NOT EXISTS unknot.therapists (
    tenant_id    uuid NOT NULL REFERENCES unknot.tenants,
    therapist_id text NOT NULL CHECK (therapist_id ~ '^[A-Za-z0-9._-]{1,64}$'),
    version      bigint NOT NULL CHECK (version > 0),
    document     jsonb NOT NULL, -- credentials, training, techniques, pressures, languages, gender, experience, places
    created_at   timestamptz NOT NULL,
    updated_at   timestamptz NOT NULL,
    deleted_at   timestamptz,
    PRIMARY KEY (tenant_id, therapist_id)
);

-- One row a write that carried an Idempotency-Key: inserted first, in the transaction of its effect.
CREATE TABLE IF NOT EXISTS unknot.idempotency_keys (
    tenant_id   uuid NOT NULL,
    principal   text NOT NULL CHECK (char_length(principal) BETWEEN 1 AND 255),
    route       text NOT NULL CHECK (char_length(route) BETWEEN 1 AND 255), -- method and path as called
    key         text NOT NULL CHECK (char_length(key) BETWEEN 1 AND 255),
    fingerprint bytea NOT NULL CHECK (octet_length(fingerprint) = 32), -- SHA-256 of the canonical request
    patient_id  text, -- whose answer is kept here: erased with them
    status      integer CHECK (status BETWEEN 200 AND 599), -- NULL only inside the transaction that is at work
    headers     jsonb,
    body        text,
    created_at  timestamptz NOT NULL,
    expires_at  timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, principal, route, key)
);
CREATE INDEX IF NOT EXISTS idempotency_keys_expiry ON unknot.idempotency_keys (tenant_id, expires_at);
CREATE INDEX IF NOT EXISTS idempotency_keys_patient ON unknot.idempotency_keys (tenant_id, patient_id)
    WHERE patient_id IS NOT NULL;

-- Who did what and when. The checks leave no room for health data; rows are only added. On erasure a row is cut from
-- its person (patient_id NULL, resource down to its kind): the only change that the service's role may make.
CREATE TABLE IF NOT EXISTS unknot.audit_events (
    tenant_id  uuid NOT NULL,
    at         timestamptz NOT NULL,
    event_id   text NOT NULL CHECK (event_id ~ '^[a-z0-9]{26}$'),
    principal  text NOT NULL CHECK (principal ~ '^(clinic|therapist|patient|operator)(:[^[:space:]]{1,200})?$'),
    action     text NOT NULL CHECK (action ~ '^[a-z_]{1,40}[.][a-z_]{1,40}$'),
    resource   text NOT NULL CHECK (resource ~ '^[a-z-]{1,40}(/[A-Za-z0-9._-]{1,128})*$'), -- care-plans/ID/sessions/ID
    patient_id text CHECK (patient_id ~ '^[0-9a-f]{32}$'),
    trace_id   text CHECK (trace_id ~ '^[0-9a-f]{32}$'),
    outcome    text NOT NULL CHECK (outcome IN ('ok', 'denied', 'not_found', 'conflict', 'invalid', 'error')),
    PRIMARY KEY (tenant_id, at, event_id),
    CHECK (patient_id IS NOT NULL OR resource !~ '^(care-plans|patients)/[0-9a-f]{32}') -- or erasure could not cut it
);
CREATE INDEX IF NOT EXISTS audit_events_patient ON unknot.audit_events (tenant_id, patient_id, at, event_id)
    WHERE patient_id IS NOT NULL;

-- Where `unknot recheck` is, so that it goes on after an interruption. At most one open run a tenant.
CREATE TABLE IF NOT EXISTS unknot.recheck_runs (
    tenant_id        uuid NOT NULL,
    run_id           text NOT NULL CHECK (run_id ~ '^[a-z0-9]{26}$'),
    knowledge_sha256 text NOT NULL,
    as_of            date NOT NULL,
    after_created_at timestamptz NOT NULL, -- the last plan that was judged: its created_at and plan_id
    after_plan_id    text NOT NULL,
    seen             bigint NOT NULL CHECK (seen >= 0),
    changed          bigint NOT NULL CHECK (changed BETWEEN 0 AND seen),
    started_at       timestamptz NOT NULL,
    finished_at      timestamptz,
    PRIMARY KEY (tenant_id, run_id)
);
CREATE UNIQUE INDEX IF NOT EXISTS recheck_runs_open ON unknot.recheck_runs (tenant_id) WHERE finished_at IS NULL;

RESET ROLE;
