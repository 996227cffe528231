/* A decision, folded small. */
#include "care/snapshot.h"

#include "base/json_text.h"

static void write_areas(struct json_writer *json, const struct knowledge *k, area_set areas) {
    jw_key(json, "areas_to_avoid");
    jw_open_array(json);
    for (; areas; areas &= areas - 1)
        jw_text(json, k->areas[__builtin_ctz(areas)].id);
    jw_close_array(json);
}

static void write_limited(struct json_writer *json, const struct knowledge *k,
                          const struct limits *limits) {
    jw_key(json, "areas_limited");
    jw_open_object(json);
    for (unsigned a = 0; a < k->area_count; a++)
        if (limits->area_caps[a] < limits->cap && !(limits->avoid >> a & 1))
            jw_member_int(json, k->areas[a].id, limits->area_caps[a]);
    jw_close_object(json);
}

static void write_positions(struct json_writer *json, const struct knowledge *k,
                            unsigned positions) {
    jw_key(json, "positions");
    jw_open_array(json);
    for (; positions; positions &= positions - 1)
        jw_text(json, k->positions[__builtin_ctz(positions)].id);
    jw_close_array(json);
}

int snapshot_pressure(const struct decision *decision, unsigned technique) {
    const struct limits *limits = &decision->outcome.limits[technique];
    return limits->verdict == VERDICT_CONTRAINDICATED ? 0 : limits->cap;
}

static bool concerns(const struct rule *rule, unsigned technique) {
    for (uint16_t i = 0; i < rule->scope_count; i++)
        if (rule->scope[i].techniques >> technique & 1)
            return true;
    return rule->scope_count == 0;
}

void each_modification(const struct decision *decision, unsigned technique,
                       void (*each)(void *context, unsigned modification), void *context) {
    enum { WORDS = 64 }; /* 4096 modifications */
    uint64_t seen[WORDS] = {0};
    for (unsigned i = 0; i < decision->outcome.acting_count; i++) {
        const struct acting *acting = &decision->outcome.acting[i];
        const struct rule *rule = &decision->knowledge->rules[acting->rule];
        if (acting->effect == EFFECT_NONE && rule->effect != EFFECT_NONE)
            continue;
        if (!concerns(rule, technique))
            continue;
        for (uint16_t m = 0; m < rule->modification_count; m++) {
            unsigned number = rule->modifications[m];
            if (number / 64 >= WORDS || set_has(seen, number))
                continue;
            seen[number / 64] |= UINT64_C(1) << (number % 64);
            each(context, number);
        }
    }
}

struct modification_writer {
    struct json_writer *json;
    const struct knowledge *knowledge;
};

static void write_modification(void *context, unsigned modification) {
    const struct modification_writer *writer = context;
    jw_text(writer->json, writer->knowledge->modifications[modification].id);
}

void snapshot_limits(struct json_writer *json, const struct decision *decision,
                     unsigned technique) {
    const struct knowledge *k = decision->knowledge;
    const struct limits *limits = &decision->outcome.limits[technique];
    struct modification_writer writer = {json, k};
    jw_open_object(json);
    jw_member_text(json, "verdict", verdict_name((enum verdict)limits->verdict));
    jw_member_int(json, "pressure_max", snapshot_pressure(decision, technique));
    jw_member_int(json, "minutes_max", limits->minutes_max);
    write_areas(json, k, limits->avoid);
    write_limited(json, k, limits);
    write_positions(json, k, limits->positions);
    jw_key(json, "modifications");
    jw_open_array(json);
    each_modification(decision, technique, write_modification, &writer);
    jw_close_array(json);
    jw_member_bool(json, "expert_only", limits->expert);
    jw_close_object(json);
}

void snapshot_write(struct json_writer *json, const struct decision *decision) {
    const struct knowledge *k = decision->knowledge;
    char date[11];
    date_text(decision->intake->as_of, date);
    jw_open_object(json);
    jw_member_text(json, "decision_id", decision->id);
    jw_member_text(json, "as_of", date);
    jw_key(json, "knowledge");
    jw_open_object(json);
    jw_member_text(json, "version", k->version);
    jw_member_text(json, "sha256", k->sha256);
    jw_close_object(json);
    jw_member_text(json, "triage", triage_name(decision->outcome.triage));
    jw_key(json, "techniques");
    jw_open_object(json);
    for (unsigned t = 0; t < k->technique_count; t++) {
        jw_key(json, k->techniques[t].id);
        snapshot_limits(json, decision, t);
    }
    jw_close_object(json);
    jw_close_object(json);
}

json_t *snapshot_new(const struct decision *decision) {
    struct json_writer json;
    struct buffer text;
    json_t *value = NULL;
    buffer_init(&text);
    jw_init(&json, &text);
    snapshot_write(&json, decision);
    if (jw_ok(&json))
        value = json_text_own(text.data, text.len);
    buffer_free(&text);
    return value;
}
