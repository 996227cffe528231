-- cds_feedback_add: what became of cards; the same again changes nothing.
-- role: app
-- $1 tenant_id uuid: the tenant
-- $2 at timestamptz: now
-- $3 rows jsonb: [{card_id, outcome, outcome_at, service, topic, rule, reason, commented, suggestions}]
-- returns: 1 row: added, how many were new
WITH added AS (
    INSERT INTO unknot.cds_feedback (tenant_id, card_id, outcome, outcome_at, service, topic, rule, reason, commented,
                                     suggestions, created_at)
    SELECT $1, card_id, outcome, outcome_at, service, topic, rule, reason, commented, suggestions, $2
    FROM jsonb_to_recordset($3) AS r (card_id uuid, outcome text, outcome_at timestamptz, service text, topic text,
                                      rule text, reason text, commented boolean, suggestions integer)
    ON CONFLICT DO NOTHING
    RETURNING 1
)
SELECT count(*) AS added FROM added;
