-- cds_feedback_rates: how many cards of a service were followed or overridden, by topic, rule and reason; of what was
-- said about one card at several times the last counts.
-- role: app
-- $1 tenant_id uuid: the tenant
-- $2 service text: id of the service
-- returns: rows: topic, rule, outcome, reason, cards, commented
SELECT topic, rule, outcome, reason, count(*) AS cards, count(*) FILTER (WHERE commented) AS commented
FROM (
    SELECT DISTINCT ON (card_id) topic, rule, outcome, reason, commented
    FROM unknot.cds_feedback
    WHERE tenant_id = $1 AND service = $2
    ORDER BY card_id, outcome_at DESC, created_at DESC, outcome, topic, rule
) AS last
GROUP BY topic, rule, outcome, reason
ORDER BY topic, rule, outcome, reason;
