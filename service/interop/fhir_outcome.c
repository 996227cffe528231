#include "interop/fhir_outcome.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "interop/fhir_json.h"

json_t *fhir_outcome(void) {
    return json_pack("{s:s, s:[]}", "resourceType", "OperationOutcome", "issue");
}

static bool fill(json_t *item, const struct fhir_issue *issue) {
    const char *text = issue->text && *issue->text ? issue->text : "The request was refused.";
    bool good =
        fhir_set_text(item, "severity", issue->severity ? issue->severity : "error") &&
        fhir_set_text(item, "code", issue->code ? issue->code : "processing") &&
        fhir_set(item, "details", fhir_concept(issue->system, issue->detail_code, NULL, text)) &&
        fhir_set_text(item, "diagnostics", issue->diagnostics);
    if (good && issue->expression && *issue->expression)
        good = fhir_set(item, "expression", json_pack("[s]", issue->expression));
    return good;
}

bool fhir_outcome_add(json_t *outcome, const struct fhir_issue *issue) {
    json_t *item = json_object();
    if (item && fill(item, issue))
        return json_array_append_new(json_object_get(outcome, "issue"), item) == 0;
    json_decref(item);
    return false;
}

struct pair {
    const char *ours, *type;
};

static const char *find(const struct pair *pairs, size_t count, const char *name,
                        const char *otherwise) {
    for (size_t i = 0; i < count; i++)
        if (strcmp(pairs[i].ours, name) == 0)
            return pairs[i].type;
    return otherwise;
}

const char *fhir_issue_type(const char *problem) {
    static const struct pair pairs[] = {
        {"malformed-request", "structure"},
        {"malformed-query", "structure"},
        {"malformed-json", "structure"},
        {"malformed-resource", "structure"},
        {"unsupported-search", "not-supported"},
        {"invalid-hook-call", "invalid"},
        {"prefetch-missing", "required"},
        {"idempotency-key-missing", "required"},
        {"unauthenticated", "login"},
        {"forbidden", "forbidden"},
        {"not-found", "not-found"},
        {"method-not-allowed", "not-supported"},
        {"not-acceptable", "not-supported"},
        {"request-timeout", "timeout"},
        {"conflict", "conflict"},
        {"withheld", "business-rule"},
        {"idempotency-in-progress", "lock-error"},
        {"gone", "deleted"},
        {"precondition-failed", "conflict"},
        {"content-too-large", "too-long"},
        {"target-too-long", "too-long"},
        {"unsupported-media-type", "not-supported"},
        {"expectation-failed", "not-supported"},
        {"invalid-content", "invalid"},
        {"invalid-parameter", "invalid"},
        {"idempotency-key-reused", "conflict"},
        {"precondition-required", "required"},
        {"too-many-requests", "throttled"},
        {"headers-too-large", "too-long"},
        {"internal-error", "exception"},
        {"unavailable", "transient"},
        {"deadline-exceeded", "timeout"},
    };
    return find(pairs, sizeof pairs / sizeof *pairs, problem, "processing");
}

const char *fhir_place_type(const char *code, const char *otherwise) {
    static const struct pair pairs[] = {
        {"unknown_member", "structure"},
        {"missing", "required"},
        {"required", "required"},
        {"unknown_id", "code-invalid"},
        {"unknown", "not-supported"},
        {"contradiction", "business-rule"},
        {"wrong_type", "structure"},
        {"type", "structure"},
        {"format", "value"},
        {"range", "value"},
        {"not_supported", "not-supported"},
    };
    return find(pairs, sizeof pairs / sizeof *pairs, code, otherwise);
}

/* The next name of a pointer; false at its end, or where a path cannot hold it. */
static bool next_name(const char **pointer, char *name, size_t size) {
    const char *start = *pointer;
    if (*start != '/')
        return false;
    size_t len = strcspn(++start, "/");
    if (len == 0 || len >= size)
        return false;
    for (size_t i = 0; i < len; i++)
        if (!isalnum((unsigned char)start[i]) && start[i] != '_')
            return false;
    memcpy(name, start, len);
    name[len] = '\0';
    *pointer = start + len;
    return true;
}

void fhir_path_of(const char *type, const char *pointer, char *path, size_t size) {
    char name[64];
    size_t used = (size_t)snprintf(path, size, "%s", type ? type : "");
    pointer += *pointer == '#';
    while (used < size && next_name(&pointer, name, sizeof name)) {
        const char *format = isdigit((unsigned char)*name) ? "[%s]" : used ? ".%s" : "%s";
        used += (size_t)snprintf(path + used, size - used, format, name);
    }
    if (used >= size)
        path[size - 1] = '\0';
}
