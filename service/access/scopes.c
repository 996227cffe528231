#include "access/scopes.h"

#include <stdbool.h>
#include <string.h>

const struct scope_row scope_rows[SCOPE_COUNT] = {
    {"catalogue:read", SCOPE_CATALOGUE_READ, "read techniques, findings, rules and sources"},
    {"decisions:create", SCOPE_DECISIONS_CREATE, "ask for recommendations and checks"},
    {"plans:read", SCOPE_PLANS_READ, "read care plans with their sessions and measurements"},
    {"plans:write", SCOPE_PLANS_WRITE, "create, change and delete care plans"},
    {"plans:clear", SCOPE_PLANS_CLEAR, "record a clinician's clearance"},
    {"sessions:write", SCOPE_SESSIONS_WRITE, "plan and log sessions"},
    {"measurements:write", SCOPE_MEASUREMENTS_WRITE, "record measurements"},
    {"therapists:read", SCOPE_THERAPISTS_READ, "read the directory of therapists"},
    {"therapists:write", SCOPE_THERAPISTS_WRITE, "change the directory of therapists"},
    {"patients:export", SCOPE_PATIENTS_EXPORT, "export everything about a patient"},
    {"patients:erase", SCOPE_PATIENTS_ERASE, "erase everything about a patient"},
    {"audit:read", SCOPE_AUDIT_READ, "read who did what"},
};

scope_set scope_named(const char *name, size_t len) {
    for (size_t i = 0; i < SCOPE_COUNT; i++)
        if (strlen(scope_rows[i].name) == len && memcmp(scope_rows[i].name, name, len) == 0)
            return scope_rows[i].scope;
    return 0;
}

const char *scope_name(scope_set scope) {
    for (size_t i = 0; i < SCOPE_COUNT; i++)
        if (scope_rows[i].scope == scope)
            return scope_rows[i].name;
    return "";
}

scope_set scopes_parse(const char *list, const char **unknown) {
    static const char separators[] = " \t,\"{}";
    scope_set all = 0;
    if (unknown)
        *unknown = NULL;
    while (*(list += strspn(list, separators))) {
        size_t len = strcspn(list, separators);
        scope_set one = scope_named(list, len);
        if (!one && unknown && !*unknown)
            *unknown = list;
        all |= one;
        list += len;
    }
    return all;
}

/* FHIR resource types that stand for something of ours. */
static const struct smart_row {
    const char *type;
    scope_set read, write;
} smart_rows[] = {
    {"CarePlan", SCOPE_PLANS_READ, SCOPE_PLANS_WRITE},
    {"Procedure", SCOPE_PLANS_READ, SCOPE_SESSIONS_WRITE},
    {"Appointment", SCOPE_PLANS_READ, SCOPE_SESSIONS_WRITE},
    {"Observation", SCOPE_PLANS_READ, SCOPE_MEASUREMENTS_WRITE},
    {"Goal", SCOPE_PLANS_READ, 0},
    {"Provenance", SCOPE_PLANS_READ, 0},
    {"AdverseEvent", SCOPE_PLANS_READ, 0},
    {"Practitioner", SCOPE_THERAPISTS_READ, SCOPE_THERAPISTS_WRITE},
    {"PractitionerRole", SCOPE_THERAPISTS_READ, 0},
    {"AuditEvent", SCOPE_AUDIT_READ, 0},
    {"ActivityDefinition", SCOPE_CATALOGUE_READ, 0},
    {"PlanDefinition", SCOPE_CATALOGUE_READ, 0},
    {"Questionnaire", SCOPE_CATALOGUE_READ, 0},
    {"CodeSystem", SCOPE_CATALOGUE_READ, 0},
    {"ValueSet", SCOPE_CATALOGUE_READ, 0},
    {"QuestionnaireResponse", 0, SCOPE_DECISIONS_CREATE},
    {"GuidanceResponse", 0, SCOPE_DECISIONS_CREATE},
    /* All types: never audit, clearance, export or erasure, which must be named. */
    {"*", SCOPE_CATALOGUE_READ | SCOPE_PLANS_READ | SCOPE_THERAPISTS_READ,
     SCOPE_DECISIONS_CREATE | SCOPE_PLANS_WRITE | SCOPE_SESSIONS_WRITE | SCOPE_MEASUREMENTS_WRITE |
         SCOPE_THERAPISTS_WRITE},
};

static bool is(const char *text, size_t len, const char *word) {
    return strlen(word) == len && memcmp(text, word, len) == 0;
}

/* "read", "write", "*", or a part of "cruds" in that order. */
static bool smart_rights(const char *text, size_t len, bool *read, bool *write) {
    *read = is(text, len, "read") || is(text, len, "*");
    *write = is(text, len, "write") || is(text, len, "*");
    if (*read || *write)
        return true;
    const char *letter = "cruds";
    for (size_t i = 0; i < len; i++) {
        while (*letter && *letter != text[i])
            letter++;
        if (!*letter++)
            return false;
        *read |= text[i] == 'r';
        *write |= text[i] == 'u';
    }
    /* Writing is create, update and delete together: we cannot give less. */
    *write = *write && text[0] == 'c' && memchr(text, 'd', len);
    return len > 0;
}

static scope_set smart_scope(const char *type, size_t len) {
    const char *dot = memchr(type, '.', len);
    bool read = false, write = false;
    if (!dot || !smart_rights(dot + 1, len - (size_t)(dot - type) - 1, &read, &write))
        return 0;
    for (size_t i = 0; i < sizeof smart_rows / sizeof *smart_rows; i++)
        if (is(type, (size_t)(dot - type), smart_rows[i].type))
            return (read ? smart_rows[i].read : 0) | (write ? smart_rows[i].write : 0);
    return 0;
}

static unsigned smart_context(const char *word, size_t len) {
    if (is(word, len, "system"))
        return SMART_SYSTEM;
    if (is(word, len, "user"))
        return SMART_USER;
    return is(word, len, "patient") ? SMART_PATIENT : 0;
}

scope_set scopes_parse_smart(const char *list, unsigned contexts, unsigned *seen) {
    scope_set all = 0;
    *seen = 0;
    while (*(list += strspn(list, " "))) {
        size_t len = strcspn(list, " ");
        const char *slash = memchr(list, '/', len);
        unsigned context = slash ? smart_context(list, (size_t)(slash - list)) : 0;
        *seen |= context;
        if (context & contexts)
            all |= smart_scope(slash + 1, len - (size_t)(slash - list) - 1);
        list += len;
    }
    return all;
}
