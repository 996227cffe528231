#include "resources/cds_answers.h"

#include <limits.h>
#include <string.h>

#include "interop/fhir_intake_date.h"
#include "interop/fhir_questionnaire_response.h"
#include "resources/app.h"

enum { DAYS = 7 };

static const char *text_of(const json_t *object, const char *member) {
    return json_string_value(json_object_get(object, member));
}

static bool is_a(const json_t *resource, const char *type) {
    const char *own = text_of(resource, "resourceType");
    return own && strcmp(own, type) == 0;
}

/* Filled in to the end, and lately. */
static bool counts(const json_t *form) {
    const char *status = text_of(form, "status");
    int day = fhir_days(text_of(form, "authored")).first;
    int today = app_today();
    return is_a(form, "QuestionnaireResponse") && status &&
           (strcmp(status, "completed") == 0 || strcmp(status, "amended") == 0) && day != INT_MIN &&
           day <= today + 1 && day >= today - DAYS;
}

static bool is_about(const json_t *form, const char *patient) {
    const char *subject = text_of(json_object_get(form, "subject"), "reference");
    const char *slash = subject ? strrchr(subject, '/') : NULL;
    return !subject || (slash && strcmp(slash + 1, patient) == 0);
}

/* ISO times of the same form: the later one is the greater text, as far as a day. */
static bool is_newer(const json_t *a, const json_t *b) {
    return !b || strcmp(text_of(a, "authored"), text_of(b, "authored")) > 0;
}

static const json_t *newest(const json_t *form, const char *patient) {
    const json_t *found = NULL;
    size_t i;
    json_t *entry;
    if (!is_a(form, "Bundle"))
        return counts(form) && is_about(form, patient) ? form : NULL;
    json_array_foreach(json_object_get(form, "entry"), i, entry) {
        const json_t *inner = json_object_get(entry, "resource");
        if (counts(inner) && is_about(inner, patient) && is_newer(inner, found))
            found = inner;
    }
    return found;
}

json_t *cds_answers(const struct knowledge *knowledge, const json_t *form, const char *patient,
                    struct arena *arena) {
    struct complaints complaints;
    struct fhir_trail trail = {0};
    const json_t *response = newest(form, patient);
    if (!response)
        return NULL;
    complaints_init(&complaints, arena);
    json_t *intake =
        fhir_questionnaire_response_intake(knowledge, response, "#", arena, &trail, &complaints);
    if (!complaints.total)
        return intake;
    json_decref(intake);
    return NULL;
}
