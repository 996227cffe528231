/* Which of the acting rules carry a verdict. */
#include "engine/decision.h"

static bool caps_technique(const struct rule *rule, unsigned t, int below) {
    if (!rule->cap || rule->cap >= below)
        return false;
    if (!rule->scope_count)
        return true;
    for (uint16_t i = 0; i < rule->scope_count; i++)
        if (rule->scope[i].techniques >> t & 1 && !rule->scope[i].place.areas &&
            rule->scope[i].place.finding < 0)
            return true;
    return false;
}

static bool leaves_unplaced(const struct decision *decision, const struct rule *rule, unsigned t) {
    area_set areas;
    for (uint16_t i = 0; i < rule->avoid_count; i++)
        if (!place_areas(decision->knowledge, decision->intake, rule->avoid[i], &areas))
            return true;
    for (uint16_t i = 0; i < rule->restrict_count; i++)
        if (rule->restricts[i].techniques >> t & 1 &&
            !place_areas(decision->knowledge, decision->intake, rule->restricts[i].place, &areas))
            return true;
    for (uint16_t i = 0; i < rule->scope_count; i++)
        if (rule->cap && rule->scope[i].techniques >> t & 1 &&
            !place_areas(decision->knowledge, decision->intake, rule->scope[i].place, &areas))
            return true;
    return false;
}

bool decision_explains(const struct decision *decision, const struct acting *acting, unsigned t) {
    const struct rule *rule = &decision->knowledge->rules[acting->rule];
    const struct limits *limits = &decision->outcome.limits[t];
    const struct technique *technique = &decision->knowledge->techniques[t];
    switch ((enum verdict)limits->verdict) {
    case VERDICT_CONTRAINDICATED:
        if (acting->blocked >> t & 1)
            return true;
        if (decision->outcome.contraindicated >> t & 1)
            return false;
        return caps_technique(rule, t, technique->pressure_min) ||
               (!limits->positions && rule->blocked_positions && rule->positions_scope >> t & 1) ||
               (rule->avoid_count && limits->cap >= technique->pressure_min && limits->positions);
    case VERDICT_NEEDS_CLEARANCE:
        return acting->waiting >> t & 1;
    case VERDICT_UNDETERMINED:
        return leaves_unplaced(decision, rule, t);
    default:
        return rule->touched >> t & 1;
    }
}

bool rule_concerns(const struct rule *rule, unsigned t) {
    if (!rule->scope_count || t >= MAX_TECHNIQUES)
        return true;
    for (uint16_t i = 0; i < rule->scope_count; i++)
        if (rule->scope[i].techniques >> t & 1)
            return true;
    return false;
}
