#include "interop/fhir_intake.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "interop/fhir_intake_room.h"

enum { FIRST_ROOM = 64 };

struct fhir_intake *fhir_intake_new(const struct knowledge *knowledge, const char *patient,
                                    int today, struct arena *arena) {
    struct fhir_intake *record = arena_take(arena, sizeof *record);
    if (!record)
        return NULL;
    record->knowledge = knowledge;
    record->arena = arena;
    record->patient = patient;
    record->today = today;
    record->pain_day = INT_MIN;
    record->pain_measured = INT_MIN;
    record->pain = -1;
    record->said = arena_array(arena, knowledge->finding_count + 1, sizeof *record->said);
    return record->said ? record : NULL;
}

/* ---- gathering ---- */

static void keep(struct fhir_intake *record, const json_t *resource) {
    if (record->count == record->room) {
        size_t room = record->room ? 2 * record->room : FIRST_ROOM;
        const json_t **more = arena_array(record->arena, room, sizeof *more);
        if (!more) {
            record->failed = true;
            return;
        }
        if (record->count)
            memcpy(more, record->resources, record->count * sizeof *more);
        record->resources = more;
        record->room = room;
    }
    record->resources[record->count++] = resource;
}

void fhir_intake_add(struct fhir_intake *record, const json_t *resource) {
    const char *type = record_text(resource, "resourceType");
    size_t i;
    json_t *entry;
    if (!type)
        return;
    if (strcmp(type, "Bundle") != 0) {
        keep(record, resource);
        return;
    }
    json_array_foreach(json_object_get(resource, "entry"), i, entry) {
        const json_t *inner = json_object_get(entry, "resource");
        if (record_text(inner, "resourceType"))
            keep(record, inner); /* a Bundle in a Bundle is listed as not read */
    }
}

void fhir_intake_answer(struct fhir_intake *record, const json_t *answers) {
    record->answers = answers;
}

/* ---- reading ---- */

static const struct {
    const char *type;
    void (*read)(struct fhir_intake *record, const json_t *resource);
    const char *subject; /* the member that says whom it is about; NULL: itself */
} readers[] = {
    {"Patient", record_patient, NULL}, /* first: sex matters to others */
    {"Condition", record_condition, "subject"},
    {"MedicationRequest", record_medication, "subject"},
    {"MedicationStatement", record_medication, "subject"},
    {"AllergyIntolerance", record_allergy, "patient"},
    {"Observation", record_observation, "subject"},
};
enum { READERS = sizeof readers / sizeof *readers };

/* What belongs to a record without saying anything about massage. */
static bool is_beside_the_point(const char *type) {
    static const char *const types[] = {
        "Medication", "OperationOutcome", "Practitioner",   "PractitionerRole", "Organization",
        "Encounter",  "Location",         "ServiceRequest", "Appointment",      "RelatedPerson"};
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (strcmp(types[i], type) == 0)
            return true;
    return false;
}

static int reader_of(const char *type) {
    for (int i = 0; i < READERS; i++)
        if (strcmp(readers[i].type, type) == 0)
            return i;
    return -1;
}

/* "Patient/p1", "https://ehr.example/fhir/Patient/p1" and "Patient/p1/_history/2" are p1. */
static bool names_patient(const char *reference, const char *patient) {
    static const char type[] = "Patient/";
    const char *at = reference;
    for (const char *next; (next = strstr(at, type));)
        at = next + sizeof type - 1;
    size_t len = strcspn(at, "/");
    return strlen(patient) == len && strncmp(at, patient, len) == 0;
}

/* Somebody else's resource never decides about this person. One that names nobody is taken. */
static bool is_theirs(const struct fhir_intake *record, const json_t *resource,
                      const char *subject) {
    if (!record->patient)
        return true;
    if (!subject) {
        const char *id = record_text(resource, "id");
        return !id || strcmp(id, record->patient) == 0;
    }
    const char *reference = record_text(json_object_get(resource, subject), "reference");
    return !reference || strncmp(reference, "urn:", 4) == 0 || *reference == '#' ||
           names_patient(reference, record->patient);
}

static void read_all(struct fhir_intake *record) {
    for (int kind = 0; kind < READERS; kind++)
        for (size_t i = 0; i < record->count; i++) {
            const json_t *resource = record->resources[i];
            if (reader_of(record_text(resource, "resourceType")) != kind)
                continue;
            if (is_theirs(record, resource, readers[kind].subject))
                readers[kind].read(record, resource);
            else
                record_unmapped(record, resource, json_object_get(resource, "code"),
                                "other_patient");
        }
    for (size_t i = 0; i < record->count; i++) {
        const char *type = record_text(record->resources[i], "resourceType");
        if (reader_of(type) < 0 && !is_beside_the_point(type))
            record_unmapped(record, record->resources[i],
                            json_object_get(record->resources[i], "code"), "not_read");
    }
}

/* ---- what the others say ---- */

int record_finding(const struct fhir_intake *record, const char *id) {
    int64_t number = name_map_get(&record->knowledge->finding_names, id);
    return number < 0 || record->knowledge->findings[number].derived ? -1 : (int)number;
}

static struct fhir_said *said_of(struct fhir_intake *record, int finding) {
    struct fhir_said *said = &record->said[finding];
    if (!said->there)
        *said = (struct fhir_said){
            .there = true, .state = ANSWER_NOT_ASKED, .day = INT_MIN, .implied = said->implied};
    return said;
}

void record_say(struct fhir_intake *record, int finding, enum answer_state state) {
    if (finding < 0)
        return;
    struct fhir_said *said = said_of(record, finding);
    if (state > said->state)
        said->state = state;
}

void record_measure(struct fhir_intake *record, int finding, int64_t number, int day) {
    if (finding < 0)
        return;
    struct fhir_said *said = said_of(record, finding);
    said->state = ANSWER_PRESENT;
    if (said->numbered && day < said->day)
        return;
    said->numbered = true;
    said->number = number;
    said->day = day;
}

void record_imply(struct fhir_intake *record, const uint16_t *findings, size_t count) {
    for (size_t i = 0; i < count; i++)
        record->said[findings[i]].implied = true;
}

void record_unmapped(struct fhir_intake *record, const json_t *resource, const json_t *concept,
                     const char *why) {
    char name[RESOURCE_NAME_SIZE];
    const json_t *coding = json_array_get(json_object_get(concept, "coding"), 0);
    const char *texts[] = {record_text(concept, "text"), record_text(coding, "display")};
    json_t *row = json_object();
    record_name(resource, name);
    bool good = row && (!*name || json_object_set_new(row, "resource", json_string(name)) == 0);
    const struct {
        const char *member, *value;
    } members[] = {{"system", record_text(coding, "system")},
                   {"code", record_text(coding, "code")},
                   {"text", texts[0] ? texts[0] : texts[1]},
                   {"why", why}};
    for (size_t i = 0; good && i < sizeof members / sizeof *members; i++)
        if (members[i].value && *members[i].value)
            good = json_object_set_new(row, members[i].member, json_string(members[i].value)) == 0;
    if (!good)
        json_decref(row);
    if (!good || json_array_append_new(record->unmapped, row) != 0)
        record->failed = true;
}

/* ---- the intake ---- */

static void set(struct fhir_intake *record, json_t *object, const char *member,
                json_t *value_owned) {
    if (json_object_set_new(object, member, value_owned) != 0)
        record->failed = true;
}

static json_t *milli(int64_t thousandths) {
    return thousandths % 1000 ? json_real((double)thousandths / 1000.0)
                              : json_integer(thousandths / 1000);
}

static json_t *finding_row(const struct finding *finding, const struct fhir_said *said) {
    static const char *const states[] = {
        [ANSWER_ABSENT] = "absent", [ANSWER_UNSURE] = "unknown", [ANSWER_PRESENT] = "present"};
    json_t *row = json_pack("{ssss}", "id", finding->id, "state", states[said->state]);
    const char *member = finding->attributes & ATTRIBUTE_VALUE ? "value" : "weeks_ago";
    if (row && said->numbered && said->state == ANSWER_PRESENT)
        (void)json_object_set_new(row, member, milli(said->number));
    return row;
}

/* A statement that something else of the intake contradicts is left out: the worse one stands. */
static void write_findings(struct fhir_intake *record) {
    json_t *list = json_array();
    for (unsigned f = 0; f < record->knowledge->finding_count; f++) {
        const struct fhir_said *said = &record->said[f];
        if (!said->there || said->state == ANSWER_NOT_ASKED ||
            (said->implied && said->state != ANSWER_PRESENT))
            continue;
        if (json_array_append_new(list, finding_row(&record->knowledge->findings[f], said)) != 0)
            record->failed = true;
    }
    if (json_array_size(list))
        set(record, record->intake, "findings", json_incref(list));
    json_decref(list);
}

static void write_pain(struct fhir_intake *record) {
    json_t *pain = json_object();
    if (record->pain >= 0)
        set(record, pain, "intensity", milli(record->pain));
    if (record->pain_day != INT_MIN)
        set(record, pain, "duration_weeks", json_integer((record->today - record->pain_day) / 7));
    if (record->pain_areas) {
        json_t *areas = json_array();
        for (area_set rest = record->pain_areas; rest; rest &= rest - 1)
            (void)json_array_append_new(
                areas, json_string(record->knowledge->areas[__builtin_ctz(rest)].id));
        set(record, pain, "areas", areas);
    }
    if (json_object_size(pain))
        set(record, record->intake, "pain", json_incref(pain));
    json_decref(pain);
}

static void write_intake(struct fhir_intake *record) {
    char date[11];
    date_text(record->today, date);
    set(record, record->intake, "as_of", json_string(date));
    write_pain(record);
    write_findings(record);
    if (record->overfull) /* nobody has read them all: firm massage waits */
        (void)json_array_set_new(record->medications, INTAKE_LIST_MAX - 1,
                                 json_pack("{ss}", "text", "further medicines"));
    if (json_array_size(record->medications))
        set(record, record->intake, "medications", json_incref(record->medications));
    if (json_array_size(record->diagnoses))
        set(record, record->intake, "diagnoses", json_incref(record->diagnoses));
}

bool fhir_intake_finish(struct fhir_intake *record, struct fhir_intake_result *result) {
    record->intake = json_object();
    record->diagnoses = json_array();
    record->medications = json_array();
    record->unmapped = json_array();
    record->failed |=
        !record->intake || !record->diagnoses || !record->medications || !record->unmapped;
    if (!record->failed) {
        read_all(record);
        write_intake(record);
        if (record->answers)
            record_merge(record, record->answers);
    }
    json_decref(record->diagnoses);
    json_decref(record->medications);
    *result = (struct fhir_intake_result){0};
    if (record->failed || record->arena->failed) {
        json_decref(record->intake);
        json_decref(record->unmapped);
        return false;
    }
    *result = (struct fhir_intake_result){record->intake, record->unmapped, record->deceased};
    return true;
}
