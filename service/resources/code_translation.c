/* GET /codes/translate: what one code of somebody's record says to us, and how sure that is. */
#include <string.h>

#include "engine/codes.h"
#include "engine/medicines.h"
#include "resources/app.h"
#include "resources/handlers.h"
#include "resources/query_check.h"

/* Systems of medicines; those of diagnoses and measurements are in engine/codes.c. */
static const struct {
    const char *name, *uri;
} medicine_systems[] = {
    {"rxnorm", "http://www.nlm.nih.gov/research/umls/rxnorm"},
    {"atc", "http://www.whocc.no/atc"},
};

static const char *medicine_system(const char *name) {
    for (size_t i = 0; i < sizeof medicine_systems / sizeof *medicine_systems; i++)
        if (strcmp(name, medicine_systems[i].name) == 0 ||
            strcmp(name, medicine_systems[i].uri) == 0)
            return medicine_systems[i].name;
    return NULL;
}

static const char *action_name(enum code_action action) {
    static const char *const names[] = {
        [CODE_IMPLIES] = "implies", [CODE_ASKS] = "asks", [CODE_VALUE] = "value"};
    return names[action];
}

static void write_target(struct json_writer *json, const struct knowledge *k,
                         const struct code *row) {
    static const char *const kinds[] = {
        [CODE_FINDING] = "finding", [CODE_PRESENTATION] = "presentation", [CODE_INTAKE] = "intake"};
    jw_member_text(json, "target", kinds[row->target]);
    if (row->target == CODE_FINDING)
        jw_member_text(json, "id", k->findings[row->subject].id);
    else if (row->target == CODE_PRESENTATION)
        jw_member_text(json, "id", k->presentations[row->subject].id);
    else
        jw_member_text(json, "id", row->intake);
    if (row->target == CODE_FINDING && row->detail >= 0)
        jw_member_text(json, "detail", k->findings[row->subject].choices[row->detail].id);
    if (!row->areas)
        return;
    jw_key(json, "areas");
    jw_open_array(json);
    for (area_set set = row->areas; set; set &= set - 1)
        jw_text(json, k->areas[__builtin_ctz(set)].id);
    jw_close_array(json);
}

static void write_sureness(struct json_writer *json, bool exact, bool verified) {
    jw_member_text(json, "match", exact ? "exact" : "prefix");
    jw_member_text(json, "sureness", verified ? "verified" : "plausible");
}

/* `mapped` when something follows, `asks` when a question does, else `unmapped`. */
static const char *translation_status(bool implies, bool asks) {
    return implies ? "mapped" : asks ? "asks" : "unmapped";
}

static void write_diagnosis(struct json_writer *json, const struct knowledge *k, const char *system,
                            const char *code) {
    const struct code *rows[CODES_PER_LOOKUP];
    size_t count = codes_find(k, system, code, rows);
    bool implies = false;
    for (size_t i = 0; i < count; i++)
        implies |= rows[i]->action != CODE_ASKS;
    jw_member_text(json, "status",
                   codes_are_off(k, system) ? "off" : translation_status(implies, count > 0));
    jw_key(json, "matches");
    jw_open_array(json);
    for (size_t i = 0; i < count; i++) {
        jw_open_object(json);
        jw_member_text(json, "action", action_name(rows[i]->action));
        write_target(json, k, rows[i]);
        jw_member_text(json, "matched", rows[i]->code);
        write_sureness(json, !rows[i]->prefix, rows[i]->verified);
        jw_close_object(json);
    }
    jw_close_array(json);
}

static void write_medicine_findings(struct json_writer *json, const struct knowledge *k,
                                    const struct medicine *medicine, const char *action,
                                    const uint16_t *findings, uint16_t count, bool exact,
                                    bool verified) {
    for (uint16_t i = 0; i < count; i++) {
        jw_open_object(json);
        jw_member_text(json, "action", action);
        jw_member_text(json, "target", "finding");
        jw_member_text(json, "id", k->findings[findings[i]].id);
        jw_member_text(json, "matched", medicine->name ? medicine->name : medicine->atc);
        write_sureness(json, exact, verified);
        jw_close_object(json);
    }
}

/* A medicine that nobody knows is asked about: firm massage waits until its name is clear. */
static void write_medicine(struct json_writer *json, const struct knowledge *k, const char *system,
                           const char *code) {
    bool by_atc = strcmp(system, "atc") == 0;
    struct medicine_match match = by_atc ? medicine_by_atc(k, code) : medicine_by_rxnorm(k, code);
    const struct medicine *medicine = match.medicine;
    bool exact = medicine && (!by_atc || strcmp(medicine->atc, code) == 0);
    bool verified = medicine && (by_atc || medicine->verified);
    if (!medicine)
        jw_member_text(json, "status", "unmapped");
    else if (!medicine->implied_count && !medicine->asked_count)
        jw_member_text(json, "status", "no_rule");
    else
        jw_member_text(json, "status", translation_status(medicine->implied_count > 0, true));
    if (medicine)
        jw_member_text(json, "medicine", medicine->name ? medicine->name : medicine->atc);
    jw_member_bool(json, "ask_name", !medicine);
    jw_key(json, "matches");
    jw_open_array(json);
    if (medicine) {
        write_medicine_findings(json, k, medicine, "implies", medicine->implied,
                                medicine->implied_count, exact, verified);
        write_medicine_findings(json, k, medicine, "asks", medicine->asked, medicine->asked_count,
                                exact, verified);
    }
    jw_close_array(json);
}

/* The short name of any system; NULL with a complaint that names the nearest. */
static const char *known_system(struct http_response *response, const char *given) {
    const char *name = medicine_system(given) ? medicine_system(given) : code_system(given);
    const char *nearest = name ? NULL : code_system_nearest(given);
    if (!name)
        response_parameter_error(response, "system", "unknown_id",
                                 "'%.60s' is no code system we know: icd10cm, loinc, icpc2, "
                                 "snomed, rxnorm or atc.%s%s%s",
                                 given, nearest ? " Did you mean '" : "", nearest ? nearest : "",
                                 nearest ? "'?" : "");
    return name;
}

enum status code_translate(void *cls, const struct http_request *request,
                           struct http_response *response) {
    const struct app *app = cls;
    const char *given = request_query(request, "system");
    const char *code = request_query(request, "code");
    query_complain(app, request, response);
    const char *system = given ? known_system(response, given) : NULL;
    if (!query_has_no_mistake(response) || !system || !code)
        return STATUS_INVALID;
    struct buffer body;
    struct json_writer json;
    buffer_init(&body);
    jw_init(&json, &body);
    jw_open_object(&json);
    jw_member_text(&json, "system", system);
    jw_member_text(&json, "code", code);
    if (medicine_system(system))
        write_medicine(&json, app->knowledge, system, code);
    else
        write_diagnosis(&json, app->knowledge, system, code);
    jw_member_text(&json, "knowledge", app->knowledge->version);
    jw_close_object(&json);
    return response_json_buffer(response, &json, &body);
}
