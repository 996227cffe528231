-- cds_feedback_rates: how many cards of a service were followed or overridden, by topic, rule and reason.
-- role: app
-- $1 tenant_id uuid: the tenant
-- $2 service text: id of the service
-- returns: rows: topic, rule, outcome, reason, cards, commented
SELECT topic, rule, outcome, reason, count(DISTINCT card_id) AS cards,
       count(DISTINCT card_id) FILTER (WHERE commented) AS commented
FROM unknot.cds_feedback
WHERE tenant_id = $1 AND service = $2
GROUP BY topic, rule, outcome, reason
ORDER BY topic, rule, outcome, reason;
