#include "interop/cds_services.h"

#include <stdio.h>
#include <string.h>

#define OF_PATIENT "patient={{context.patientId}}"

const struct cds_prefetch cds_prefetch[CDS_PARTS] = {
    [CDS_PATIENT] = {"patient", "Patient/{{context.patientId}}", true, "the patient"},
    [CDS_CONDITIONS] = {"conditions", "Condition?" OF_PATIENT, true, "problems"},
    [CDS_MEDICATION_REQUESTS] = {"medicationRequests",
                                 "MedicationRequest?" OF_PATIENT
                                 "&_include=MedicationRequest:medication",
                                 true, "ordered medicines"},
    [CDS_MEDICATION_STATEMENTS] = {"medicationStatements",
                                   "MedicationStatement?" OF_PATIENT
                                   "&_include=MedicationStatement:medication",
                                   false, "medicines taken"},
    [CDS_ALLERGIES] = {"allergies", "AllergyIntolerance?" OF_PATIENT, false, "allergies"},
    [CDS_OBSERVATIONS] = {"observations",
                          "Observation?" OF_PATIENT
                          "&code=http://loinc.org|85354-9,http://loinc.org|8480-6,"
                          "http://loinc.org|8462-4,http://loinc.org|8310-5,"
                          "http://loinc.org|777-3,http://loinc.org|26515-7,"
                          "http://loinc.org|6301-6,http://loinc.org|82810-3,"
                          "http://loinc.org|18185-9,http://loinc.org|11778-8,"
                          "http://loinc.org|39156-5,http://loinc.org|41653-7,"
                          "http://loinc.org|72514-3,http://loinc.org|38208-5,"
                          "http://loinc.org|38214-3&_sort=-date&_count=50",
                          false, "measurements"},
    [CDS_ANSWERS] = {"answers",
                     "QuestionnaireResponse?" OF_PATIENT
                     "&questionnaire=https://unknot.example/fhir/Questionnaire/massage-intake"
                     "&_sort=-authored&_count=1",
                     false, "answers to the form"},
};

const struct cds_service cds_services[CDS_HOOKS] = {
    [CDS_PATIENT_VIEW] = {"massage-patient-view", "patient-view",
                          "Massage: what this record speaks against",
                          "Shows which massage techniques the record speaks against and why, which "
                          "need changes, and what is reasonable for back pain. Says nothing where "
                          "the record gives no reason to.",
                          NULL},
    [CDS_ORDER_SELECT] = {"massage-order-select", "order-select",
                          "Massage: is the selected order safe?",
                          "Checks selected orders that are about massage against the record. Other "
                          "orders get no card.",
                          "draftOrders"},
    [CDS_ORDER_SIGN] = {"massage-order-sign", "order-sign", "Massage: is this order safe?",
                        "Checks orders that are about massage against the record before they are "
                        "signed. Other orders get no card.",
                        "draftOrders"},
    [CDS_APPOINTMENT_BOOK] = {"massage-appointment-book", "appointment-book",
                              "Massage: is this appointment safe?",
                              "Checks appointments for massage against the record before they are "
                              "booked. Other appointments get no card.",
                              "appointments"},
    [CDS_PROBLEM_CREATE] = {"massage-problem-list-item-create", "problem-list-item-create",
                            "Massage: what a new problem changes",
                            "Shows what a new problem changes about massage: techniques that are "
                            "now out, wait for a clinician, or need changes.",
                            "conditions"},
};

enum cds_hook cds_service_named(const char *id) {
    for (int i = 0; i < CDS_HOOKS; i++)
        if (strcmp(cds_services[i].id, id) == 0)
            return (enum cds_hook)i;
    return CDS_HOOKS;
}

void cds_discovery_write(struct json_writer *json) {
    jw_open_object(json);
    jw_key(json, "services");
    jw_open_array(json);
    for (size_t i = 0; i < CDS_HOOKS; i++) {
        jw_open_object(json);
        jw_member_text(json, "hook", cds_services[i].hook);
        jw_member_text(json, "id", cds_services[i].id);
        jw_member_text(json, "title", cds_services[i].title);
        jw_member_text(json, "description", cds_services[i].description);
        jw_key(json, "prefetch");
        jw_open_object(json);
        for (size_t part = 0; part < CDS_PARTS; part++)
            jw_member_text(json, cds_prefetch[part].key, cds_prefetch[part].template);
        jw_close_object(json);
        jw_member_text(json, "usageRequirements",
                       "Every key of the prefetch helps; patient, conditions and "
                       "medicationRequests are needed. Send null for what was looked for and not "
                       "found.");
        jw_close_object(json);
    }
    jw_close_array(json);
    jw_close_object(json);
}

/* ---- a call ---- */

static const char *text_of(const json_t *object, const char *member) {
    return json_string_value(json_object_get(object, member));
}

static bool is_uuid(const char *text) {
    static const char form[] = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
    if (strlen(text) != sizeof form - 1)
        return false;
    for (size_t i = 0; form[i]; i++)
        if (form[i] == '-' ? text[i] != '-' : !strchr("0123456789abcdefABCDEF", text[i]))
            return false;
    return true;
}

static void check_bundle(const json_t *context, const char *member, struct complaints *complaints) {
    const json_t *bundle = json_object_get(context, member);
    const char *type = text_of(bundle, "resourceType");
    char pointer[64];
    (void)snprintf(pointer, sizeof pointer, "#/context/%s", member);
    if (!bundle)
        complain(complaints, pointer, "required", "this hook has a Bundle of %s.", member);
    else if (!type || strcmp(type, "Bundle") != 0)
        complain(complaints, pointer, "type", "must be a Bundle.");
    else if (json_object_get(bundle, "entry") && !json_is_array(json_object_get(bundle, "entry")))
        complain(complaints, pointer, "type", "its entry must be a list.");
}

static void check_texts(const json_t *context, struct complaints *complaints) {
    static const char *const names[] = {"userId", "patientId"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *text = text_of(context, names[i]);
        char pointer[64];
        (void)snprintf(pointer, sizeof pointer, "#/context/%s", names[i]);
        if (!text || !*text)
            complain(complaints, pointer, "required", "must be a text.");
    }
}

static void check_context(enum cds_hook hook, const json_t *context,
                          struct complaints *complaints) {
    const json_t *selections = json_object_get(context, "selections");
    if (!json_is_object(context)) {
        complain(complaints, "#/context", context ? "type" : "required", "must be an object.");
        return;
    }
    check_texts(context, complaints);
    if (cds_services[hook].bundle)
        check_bundle(context, cds_services[hook].bundle, complaints);
    if (hook == CDS_ORDER_SELECT && !json_is_array(selections))
        complain(complaints, "#/context/selections", selections ? "type" : "required",
                 "must be a list of references such as ServiceRequest/1.");
}

void cds_call_check(enum cds_hook hook, const json_t *body, struct complaints *complaints) {
    const char *name = text_of(body, "hook"), *instance = text_of(body, "hookInstance");
    const json_t *prefetch = json_object_get(body, "prefetch");
    if (!name)
        complain(complaints, "#/hook", "required", "must name the hook.");
    else if (strcmp(name, cds_services[hook].hook) != 0)
        complain(complaints, "#/hook", "not_allowed", "this service is for the hook %s.",
                 cds_services[hook].hook);
    if (!instance || !is_uuid(instance))
        complain(complaints, "#/hookInstance", instance ? "format" : "required", "must be a UUID.");
    if (prefetch && !json_is_object(prefetch))
        complain(complaints, "#/prefetch", "type", "must be an object.");
    if (json_object_get(body, "fhirAuthorization") && !text_of(body, "fhirServer"))
        complain(complaints, "#/fhirServer", "required", "goes with fhirAuthorization.");
    check_context(hook, json_object_get(body, "context"), complaints);
}

const char *cds_patient(const json_t *body) {
    static const char type[] = "Patient/";
    const char *id = text_of(json_object_get(body, "context"), "patientId");
    return id && strncmp(id, type, sizeof type - 1) == 0 ? id + sizeof type - 1 : id;
}

const char *cds_next_page(const json_t *bundle) {
    size_t i;
    json_t *link;
    json_array_foreach(json_object_get(bundle, "link"), i, link) {
        const char *relation = text_of(link, "relation"), *url = text_of(link, "url");
        if (relation && strcmp(relation, "next") == 0)
            return url ? url : "";
    }
    return NULL;
}

enum cds_given cds_given(const json_t *body, enum cds_part part, const json_t **resource) {
    const json_t *value =
        json_object_get(json_object_get(body, "prefetch"), cds_prefetch[part].key);
    const char *type = text_of(value, "resourceType");
    *resource = NULL;
    if (!value)
        return CDS_ABSENT;
    if (json_is_null(value))
        return CDS_EMPTY;
    if (!type || strcmp(type, "OperationOutcome") == 0)
        return CDS_FAILED;
    *resource = value;
    return cds_next_page(value) ? CDS_PARTLY : CDS_WHOLE;
}
