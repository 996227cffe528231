-- patient_erase: erasure, first of five statements of one transaction: everything below the patient, by the foreign keys
-- (they see rows that were committed a moment ago, too; a create at work is waited for). Then patient_erase_keys,
-- patient_erase_answers, patient_erase_events, tenant_mark_erasure, and audit_add with patient_id NULL: the stub.
-- role: app
-- $1 tenant_id uuid: the tenant
-- $2 patient_id text: the patient
-- returns: 1 row: erased; 22012 where nobody is known by it
WITH erased AS (
    DELETE FROM unknot.patients WHERE tenant_id = $1 AND patient_id = $2 RETURNING 1
)
SELECT 1 / count(*)::integer AS erased FROM erased;
