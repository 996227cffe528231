-- What belongs to a patient: every key starts with patient_id (the column Citus distributes by) and goes on with
-- tenant_id, so that a row can only hang on a row of its own tenant: foreign keys are checked past row-level security.
-- Deleting the row of unknot.patients takes everything below along (erasure).

SET ROLE unknot_owner;

CREATE TABLE IF NOT EXISTS unknot.patients (
    patient_id text NOT NULL CHECK (patient_id ~ '^[0-9a-f]{32}$'), -- HMAC of the caller's reference
    tenant_id  uuid NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (patient_id, tenant_id)
);

CREATE TABLE IF NOT EXISTS unknot.care_plans (
    patient_id        text NOT NULL,
    tenant_id         uuid NOT NULL,
    plan_id           text NOT NULL CHECK (plan_id ~ '^[a-z0-9]{26}$'), -- given out as patient_id || '.' || plan_id
    version           bigint NOT NULL CHECK (version > 0), -- +1 by every write to the plan or to anything below it
    status            text NOT NULL CHECK (status IN ('draft', 'active', 'on-hold', 'completed', 'revoked')),
    patient_ref       text NOT NULL CHECK (char_length(patient_ref) BETWEEN 1 AND 255), -- as the caller says it
    technique         text NOT NULL,
    therapist_id      text,
    former_therapists text[] NOT NULL, -- whose phones must hear that the plan left them
    title             text NOT NULL CHECK (char_length(title) BETWEEN 1 AND 200),
    goal              jsonb NOT NULL,
    document          jsonb NOT NULL, -- derived: dose, windows, preparation, aftercare, needs, review points, stop rules
    intake            jsonb NOT NULL,
    decision          jsonb NOT NULL,
    decision_id       text NOT NULL,
    knowledge_version text NOT NULL,
    knowledge_sha256  text NOT NULL,
    time_zone         text NOT NULL,
    starts_on         date NOT NULL,
    review_needed     text[] NOT NULL, -- reasons found by a write; those of time follow from the two dates below
    recheck_due       date,
    clearance_ends    date, -- the first end of a clearance the plan rests on
    session_count     integer NOT NULL CHECK (session_count >= 0), -- numbers given to sessions, deleted ones included
    created_at        timestamptz NOT NULL, -- with plan_id the immutable key that pages walk
    created_by        text NOT NULL,
    updated_at        timestamptz NOT NULL, -- never goes back: changed_since walks it
    deleted_at        timestamptz,
    PRIMARY KEY (patient_id, tenant_id, plan_id),
    FOREIGN KEY (patient_id, tenant_id) REFERENCES unknot.patients ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, therapist_id) REFERENCES unknot.therapists
);
CREATE INDEX IF NOT EXISTS care_plans_page ON unknot.care_plans (tenant_id, created_at, plan_id);
CREATE INDEX IF NOT EXISTS care_plans_therapist ON unknot.care_plans (tenant_id, therapist_id, created_at, plan_id)
    WHERE therapist_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS care_plans_changed ON unknot.care_plans (tenant_id, updated_at, plan_id);

-- One row a version of a plan; rows are only added.
CREATE TABLE IF NOT EXISTS unknot.care_plan_history (
    patient_id text NOT NULL,
    tenant_id  uuid NOT NULL,
    plan_id    text NOT NULL,
    version    bigint NOT NULL,
    at         timestamptz NOT NULL,
    actor      text NOT NULL CHECK (char_length(actor) BETWEEN 1 AND 255),
    action     text NOT NULL CHECK (action ~ '^[a-z_]{1,40}[.][a-z_]{1,40}$'),
    summary    text NOT NULL,
    change     jsonb NOT NULL,
    PRIMARY KEY (patient_id, tenant_id, plan_id, version),
    FOREIGN KEY (patient_id, tenant_id, plan_id) REFERENCES unknot.care_plans ON DELETE CASCADE
);

-- What a clinician allowed in spite of a reason to withhold; rows are only added.
CREATE TABLE IF NOT EXISTS unknot.clearances (
    patient_id   text NOT NULL,
    tenant_id    uuid NOT NULL,
    clearance_id text NOT NULL CHECK (clearance_id ~ '^c-[a-z0-9]{26}$'),
    plan_id      text NOT NULL,
    role         text NOT NULL,
    by_whom      text NOT NULL,
    reason       text NOT NULL,
    findings     text[] NOT NULL,
    rules        text[] NOT NULL,
    techniques   text[] NOT NULL,
    recorded     date NOT NULL,
    expires      date NOT NULL CHECK (expires >= recorded),
    began        date,
    actor        text NOT NULL,
    created_at   timestamptz NOT NULL,
    PRIMARY KEY (patient_id, tenant_id, clearance_id),
    FOREIGN KEY (patient_id, tenant_id, plan_id) REFERENCES unknot.care_plans ON DELETE CASCADE
);
CREATE INDEX IF NOT EXISTS clearances_plan ON unknot.clearances (patient_id, tenant_id, plan_id);

CREATE TABLE IF NOT EXISTS unknot.sessions (
    patient_id         text NOT NULL,
    tenant_id          uuid NOT NULL,
    session_id         text NOT NULL CHECK (session_id ~ '^s-[a-z0-9]{26}$'),
    plan_id            text NOT NULL,
    version            bigint NOT NULL CHECK (version > 0),
    number             integer NOT NULL CHECK (number > 0),
    planned_on         date,
    window_from        timestamptz,
    window_to          timestamptz,
    status             text NOT NULL CHECK (status IN ('planned', 'done', 'missed', 'cancelled')),
    technique          text NOT NULL,
    pressure_used      smallint CHECK (pressure_used BETWEEN 0 AND 5),
    pressure_tolerated smallint CHECK (pressure_tolerated BETWEEN 0 AND 5),
    minutes            smallint CHECK (minutes BETWEEN 1 AND 600),
    pain_before        smallint CHECK (pain_before BETWEEN 0 AND 10),
    pain_after         smallint CHECK (pain_after BETWEEN 0 AND 10),
    notes              text,
    adverse_events     jsonb NOT NULL,
    triage             text CHECK (triage IN ('emergency', 'urgent', 'clinician', 'self_care')),
    created_at         timestamptz NOT NULL,
    updated_at         timestamptz NOT NULL,
    deleted_at         timestamptz,
    PRIMARY KEY (patient_id, tenant_id, session_id),
    UNIQUE (patient_id, tenant_id, plan_id, number),
    FOREIGN KEY (patient_id, tenant_id, plan_id) REFERENCES unknot.care_plans ON DELETE CASCADE,
    CHECK (window_from <= window_to)
);

-- Answers to a questionnaire; rows are only added.
CREATE TABLE IF NOT EXISTS unknot.measurements (
    patient_id     text NOT NULL,
    tenant_id      uuid NOT NULL,
    measurement_id text NOT NULL CHECK (measurement_id ~ '^m-[a-z0-9]{26}$'),
    plan_id        text NOT NULL,
    instrument     text NOT NULL CHECK (instrument IN ('nrs', 'peg', 'rmdq', 'psfs')),
    score          numeric(5, 2) NOT NULL,
    items          jsonb, -- NULL: the caller gave the score alone
    taken_at       timestamptz NOT NULL,
    created_at     timestamptz NOT NULL,
    PRIMARY KEY (patient_id, tenant_id, measurement_id),
    FOREIGN KEY (patient_id, tenant_id, plan_id) REFERENCES unknot.care_plans ON DELETE CASCADE,
    CHECK (score BETWEEN 0 AND CASE instrument WHEN 'rmdq' THEN 24 ELSE 10 END)
);
CREATE INDEX IF NOT EXISTS measurements_plan ON unknot.measurements
    (patient_id, tenant_id, plan_id, taken_at, measurement_id);

RESET ROLE;
