-- patient_count: how much there is of a patient: in front of patient_erase, for its answer.
-- role: app
-- $1 tenant_id uuid: the tenant
-- $2 patient_id text: the patient
-- returns: 1 row: care_plans, sessions, measurements, clearances
SELECT (SELECT count(*) FROM unknot.care_plans WHERE tenant_id = $1 AND patient_id = $2) AS care_plans,
       (SELECT count(*) FROM unknot.sessions WHERE tenant_id = $1 AND patient_id = $2) AS sessions,
       (SELECT count(*) FROM unknot.measurements WHERE tenant_id = $1 AND patient_id = $2) AS measurements,
       (SELECT count(*) FROM unknot.clearances WHERE tenant_id = $1 AND patient_id = $2) AS clearances;
