/*
 * Condition: diagnoses by code, with how long ago. A resolved one counts only where having had it
 * matters (a clot three months ago), and from the day it ended.
 */
#include <ctype.h>
#include <limits.h>
#include <string.h>

#include "engine/codes.h"
#include "interop/fhir_intake_room.h"

enum { PREGNANCY_DAYS = 42 * DAYS_A_WEEK, CODE_MAX = 20, MOST_WEEKS = 5200 };

struct status_of_condition {
    bool ended;          /* resolved */
    bool unsure;         /* nobody has confirmed it */
    const char *refused; /* why it says nothing; NULL: it does */
};

static struct status_of_condition status_of(const json_t *condition) {
    const json_t *sure = json_object_get(condition, "verificationStatus");
    const json_t *clinical = json_object_get(condition, "clinicalStatus");
    struct status_of_condition status = {0};
    if (record_concept_is(sure, "refuted"))
        status.refused = "refuted";
    else if (record_concept_is(sure, "entered-in-error"))
        status.refused = "entered_in_error";
    status.unsure =
        record_concept_is(sure, "unconfirmed") || record_concept_is(sure, "differential");
    bool going_on = record_concept_is(clinical, "active") ||
                    record_concept_is(clinical, "recurrence") ||
                    record_concept_is(clinical, "relapse");
    bool has_end = json_object_get(condition, "abatementDateTime") ||
                   json_object_get(condition, "abatementPeriod");
    status.ended = record_concept_is(clinical, "resolved") || (has_end && !going_on);
    return status;
}

/* The latest day that the words allow: what was lately counts for more. */
static int day_of(const struct fhir_intake *record, const json_t *object, const char *member) {
    int day = fhir_days(record_text(object, member)).last;
    return day > record->today ? record->today : day;
}

static int first_known(const int *days, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (days[i] != INT_MIN)
            return days[i];
    return INT_MIN;
}

/* The day it began, or was written down; of an ended one, the day it ended if that is known. */
static int day_of_condition(const struct fhir_intake *record, const json_t *condition, bool ended) {
    const json_t *onset = json_object_get(condition, "onsetPeriod");
    const json_t *abatement = json_object_get(condition, "abatementPeriod");
    const int days[] = {
        ended ? day_of(record, condition, "abatementDateTime") : INT_MIN,
        ended ? day_of(record, abatement, "end") : INT_MIN,
        day_of(record, condition, "onsetDateTime"),
        day_of(record, onset, "start"),
        day_of(record, condition, "recordedDate"),
    };
    return first_known(days, sizeof days / sizeof *days);
}

/* Does it still matter after it has ended? */
static bool outlasts(const struct fhir_intake *record, const struct code *row) {
    if (row->target != CODE_FINDING)
        return false;
    const struct finding *finding = &record->knowledge->findings[row->subject];
    return (finding->attributes & ATTRIBUTE_WEEKS_AGO) ||
           strcmp(finding->id, "rf_cancer_history") == 0;
}

/* ---- pregnancy ---- */

static bool begins(const char *code, const char *prefix) {
    for (; *prefix; code++) {
        if (*code == '.')
            continue;
        if (toupper((unsigned char)*code) != *prefix++)
            return false;
    }
    return true;
}

/* Z3A.20: 20 weeks on the day it was written down; -1: the code does not say. */
static int weeks_of_code(const char *code) {
    if (!begins(code, "Z3A"))
        return -1;
    const char *digits = code + 3 + (code[3] == '.');
    if (!isdigit((unsigned char)digits[0]) || !isdigit((unsigned char)digits[1]))
        return -1;
    int weeks = (digits[0] - '0') * 10 + digits[1] - '0';
    return weeks >= 8 && weeks <= 42 ? weeks : -1; /* Z3A.00, .01 and .49 are no numbers */
}

/* Codes of pregnant states only ask by themselves, since records keep them for years. One that is
   active and younger than a pregnancy says it. */
static void read_pregnancy(struct fhir_intake *record, const json_t *condition, const char *system,
                           const char *code) {
    static const char *const icd[] = {"Z33", "Z34", "O09", "Z3A", "O26", "Z3201"};
    bool pregnant =
        strcmp(system, "snomed") == 0 && record->knowledge->snomed && strcmp(code, "77386006") == 0;
    for (size_t i = 0; strcmp(system, "icd10cm") == 0 && i < sizeof icd / sizeof *icd; i++)
        pregnant |= begins(code, icd[i]);
    int day = pregnant ? day_of_condition(record, condition, false) : INT_MIN;
    if (day == INT_MIN || record->male || record->today - day > PREGNANCY_DAYS)
        return;
    int finding = record_finding(record, "pregnancy"), weeks = weeks_of_code(code);
    int64_t now = weeks < 0 ? -1 : weeks + (record->today - day) / DAYS_A_WEEK;
    record_say(record, finding, ANSWER_PRESENT);
    if (finding >= 0 && now >= 0 && now * 1000 <= record->knowledge->findings[finding].max)
        record_measure(record, finding, now * 1000, record->today);
}

/* ---- back pain: how long, and where ---- */

static void read_pain(struct fhir_intake *record, const char *code, int day) {
    static const struct {
        const char *prefix, *area;
    } places[] = {
        {"M545", "low_back"},  {"M543", "low_back"},  {"M544", "low_back"}, {"M546", "upper_back"},
        {"M542", "neck_back"}, {"M5489", "low_back"}, {"M549", "low_back"}, {"M533", "sacrum"},
    };
    bool pain = false;
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        int64_t area = name_map_get(&record->knowledge->area_names, places[i].area);
        if (!begins(code, places[i].prefix))
            continue;
        pain = true;
        if (area >= 0)
            record->pain_areas |= UINT32_C(1) << area;
    }
    if (pain && day != INT_MIN && (record->pain_day == INT_MIN || day < record->pain_day))
        record->pain_day = day;
}

/* ---- one coding ---- */

static bool is_listed(const json_t *list, const json_t *row) {
    for (size_t i = 0; i < json_array_size(list); i++)
        if (json_equal(json_array_get(list, i), row))
            return true;
    return false;
}

static void list_diagnosis(struct fhir_intake *record, const json_t *condition, const char *system,
                           const char *code, int day) {
    json_t *row = json_pack("{ssss}", "system", system, "code", code);
    int weeks = day == INT_MIN ? -1 : (record->today - day) / DAYS_A_WEEK;
    if (weeks >= 0 && weeks <= MOST_WEEKS)
        (void)json_object_set_new(row, "weeks_ago", json_integer(weeks));
    bool listed = is_listed(record->diagnoses, row);
    bool fits = json_array_size(record->diagnoses) < INTAKE_LIST_MAX;
    if (!row || (!listed && fits && json_array_append(record->diagnoses, row) != 0))
        record->failed = true;
    else if (!listed && !fits)
        record_unmapped(record, condition, json_object_get(condition, "code"), "too_many");
    json_decref(row);
}

/* A diagnosis that nobody has confirmed is "not sure", for each finding it would set. */
static void say_unsure(struct fhir_intake *record, const struct code *const *rows, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (rows[i]->target == CODE_FINDING && rows[i]->action == CODE_IMPLIES)
            record_say(record, rows[i]->subject, ANSWER_UNSURE);
}

static void note_implied(struct fhir_intake *record, const struct code *const *rows, size_t count) {
    for (size_t i = 0; i < count; i++) {
        uint16_t finding = (uint16_t)rows[i]->subject;
        if (rows[i]->target == CODE_FINDING && rows[i]->action == CODE_IMPLIES)
            record_imply(record, &finding, 1);
    }
}

static bool read_coding(struct fhir_intake *record, const json_t *condition, const char *system,
                        const char *code, const struct status_of_condition *status) {
    const struct code *rows[CODES_PER_LOOKUP];
    size_t found = codes_find(record->knowledge, system, code, rows), count = 0;
    int day = day_of_condition(record, condition, status->ended);
    if (!found || strlen(code) > CODE_MAX || strcmp(system, "loinc") == 0)
        return false;
    for (size_t i = 0; i < found; i++)
        if (!status->ended || outlasts(record, rows[i]))
            rows[count++] = rows[i];
    if (!count) {
        record_unmapped(record, condition, json_object_get(condition, "code"), "resolved");
        return true;
    }
    if (status->unsure) {
        say_unsure(record, rows, count);
        return true;
    }
    if (!status->ended) {
        read_pregnancy(record, condition, system, code);
        read_pain(record, code, day);
    }
    note_implied(record, rows, count);
    list_diagnosis(record, condition, system, code, day);
    return true;
}

void record_condition(struct fhir_intake *record, const json_t *condition) {
    const json_t *concept = json_object_get(condition, "code");
    struct status_of_condition status = status_of(condition);
    bool read = false, off = false;
    size_t i;
    json_t *coding;
    if (status.refused) {
        record_unmapped(record, condition, concept, status.refused);
        return;
    }
    json_array_foreach(json_object_get(concept, "coding"), i, coding) {
        const char *system = record_system(record_text(coding, "system"));
        const char *code = record_text(coding, "code");
        if (!system || !code)
            continue;
        off |= codes_are_off(record->knowledge, system);
        read |= read_coding(record, condition, system, code, &status);
    }
    if (!read)
        record_unmapped(record, condition, concept, off ? "system_off" : "unmapped");
}
