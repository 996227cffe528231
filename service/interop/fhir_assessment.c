/* The Bundle and what its parts share. */
#include "interop/fhir_assessment.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/digest.h"

const char *fhir_phrase(const struct fhir_about *about, const char *name) {
    return knowledge_phrase(about->source.knowledge, name, about->source.language)->utf8;
}

void fhir_day_member(struct json_writer *json, const char *key, int days) {
    char date[11];
    date_text(days, date);
    jw_member_text(json, key, date);
}

/* ---- whom it is about ---- */

static const char *said(const json_t *object, const char *member) {
    const char *text = json_string_value(json_object_get(object, member));
    const char *c = text;
    while (c && isspace((unsigned char)*c))
        c++;
    return c && *c ? text : NULL;
}

void fhir_subject_write(struct json_writer *json, const json_t *subject) {
    const json_t *identifier = json_object_get(subject, "identifier");
    const char *reference = said(subject, "reference"), *display = said(subject, "display");
    const char *system = said(identifier, "system"), *value = said(identifier, "value");
    if (reference && *reference == '#')
        reference = NULL; /* what it is contained in is not here */
    if (!reference && !value && !display)
        display = "The person who answered";
    jw_open_object(json);
    fhir_member(json, "reference", reference);
    if (value) {
        jw_key(json, "identifier");
        jw_open_object(json);
        fhir_member(json, "system", system);
        jw_member_text(json, "value", value);
        jw_close_object(json);
    }
    fhir_member(json, "display", display);
    jw_close_object(json);
}

/* ---- the Bundle ---- */

/* A name that follows from the decision and the part: the same call gives the same one. */
static void open_entry(struct json_writer *json, const struct fhir_about *about, const char *part) {
    char seed[256], hash[DIGEST_HEX], url[64];
    int len = snprintf(seed, sizeof seed, "%s/%s", about->decision->id, part);
    json->out->failed |= digest_hex(seed, (size_t)len, hash) != STATUS_OK;
    /* as a UUID of version 8 (RFC 9562): our own digits, the version and the variant apart */
    (void)snprintf(url, sizeof url, "urn:uuid:%.8s-%.4s-8%.3s-a%.3s-%.12s", hash, hash + 8,
                   hash + 13, hash + 17, hash + 20);
    jw_open_object(json);
    jw_member_text(json, "fullUrl", url);
    jw_key(json, "resource");
}

static void write_issues(struct json_writer *json, const struct fhir_about *about) {
    const struct outcome *outcome = &about->decision->outcome;
    for (int effect = EFFECT_COUNT - 1; effect > EFFECT_NONE; effect--)
        for (unsigned i = 0; i < outcome->acting_count; i++) {
            const struct acting *acting = &outcome->acting[i];
            if (acting->effect != effect || !fhir_issue_is(about, acting))
                continue;
            open_entry(json, about, about->source.knowledge->rules[acting->rule].id);
            fhir_issue_write(json, about, acting);
            jw_close_object(json);
        }
}

void fhir_assessment_write(struct json_writer *json, const struct fhir_about *about) {
    jw_open_object(json);
    jw_member_text(json, "resourceType", "Bundle");
    jw_key(json, "identifier");
    jw_open_object(json);
    jw_member_text(json, "system", FHIR_CANONICAL "/NamingSystem/decision");
    jw_member_text(json, "value", about->decision->id);
    jw_close_object(json);
    jw_member_text(json, "type", "collection");
    jw_key(json, "entry");
    jw_open_array(json);
    open_entry(json, about, "RiskAssessment");
    fhir_risk_write(json, about);
    jw_close_object(json);
    write_issues(json, about);
    open_entry(json, about, "CarePlan");
    fhir_proposal_write(json, about);
    jw_close_object(json);
    jw_close_array(json);
    jw_close_object(json);
}
