-- audit_add: one event. Its own statement, after the effect and in its transaction: an effect that did not happen
-- raises 22012 and takes the event along, so that it needs no condition (and may live on another shard).
-- Never a patient's reference or patient_id in principal: a patient is `patient`, or `patient:KEY_ID`.
-- A resource that names a patient goes with their patient_id, so that erasure can cut both; one that was erased or is
-- not known is named by its kind alone.
-- role: app
-- $1 tenant_id uuid: the tenant
-- $2 patient_id text: whom it is about; NULL where nobody
-- $3 at timestamptz: now
-- $4 principal text: clinic | therapist | patient | operator, then `:` and which one
-- $5 event_id text: 26 of [a-z0-9]
-- $6 action text: like care_plan.create
-- $7 resource text: its path without the leading slash
-- $8 trace_id text: 32 hex; NULL where there is none
-- $9 outcome text: ok | denied | not_found | conflict | invalid | error
-- returns: nothing
INSERT INTO unknot.audit_events (tenant_id, at, event_id, principal, action, resource, patient_id, trace_id, outcome)
VALUES ($1, $3, $5, $4, $6, $7, $2, $8, $9);
