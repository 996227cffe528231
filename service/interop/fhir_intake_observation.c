/*
 * Observation: measured numbers in their units, as long as they are young enough to say something
 * of today; and whether somebody is pregnant.
 */
#include <limits.h>
#include <math.h>
#include <string.h>

#include "engine/codes.h"
#include "interop/fhir_intake_room.h"

/* How old a measurement may be, in days. */
static const struct {
    const char *finding;
    int days;
} ages[] = {
    {"systolic_bp", 30},    {"diastolic_bp", 30}, {"body_temperature", 2},
    {"platelet_count", 30}, {"inr", 30},          {"bmi", 365},
    {"blood_glucose", 1},   {"pregnancy", 294},   {"pain.intensity", 7},
};
enum { AGE_OTHERWISE = 30, NOT_PREGNANT_DAYS = 14 };

/* UCUM units and what else is written in their place; the number becomes ours by `times`, then
   `plus`. */
static const struct unit {
    const char *finding, *unit;
    double times, plus;
} units[] = {
    {"systolic_bp", "mm[Hg]", 1, 0},
    {"systolic_bp", "mmHg", 1, 0},
    {"systolic_bp", "kPa", 7.500617, 0},
    {"diastolic_bp", "mm[Hg]", 1, 0},
    {"diastolic_bp", "mmHg", 1, 0},
    {"diastolic_bp", "kPa", 7.500617, 0},
    {"body_temperature", "Cel", 1, 0},
    {"body_temperature", "C", 1, 0},
    {"body_temperature", "degC", 1, 0},
    {"body_temperature", "[degF]", 5.0 / 9.0, -160.0 / 9.0},
    {"body_temperature", "degF", 5.0 / 9.0, -160.0 / 9.0},
    {"body_temperature", "F", 5.0 / 9.0, -160.0 / 9.0},
    {"body_temperature", "K", 1, -273.15},
    {"platelet_count", "10*9/L", 1, 0},
    {"platelet_count", "10^9/L", 1, 0},
    {"platelet_count", "G/L", 1, 0},
    {"platelet_count", "10*3/uL", 1, 0},
    {"platelet_count", "10^3/uL", 1, 0},
    {"platelet_count", "10*3/mm3", 1, 0},
    {"platelet_count", "K/uL", 1, 0},
    {"platelet_count", "/uL", 0.001, 0},
    {"platelet_count", "{cells}/uL", 0.001, 0},
    {"platelet_count", "/mm3", 0.001, 0},
    {"inr", "{INR}", 1, 0},
    {"inr", "INR", 1, 0},
    {"inr", "{ratio}", 1, 0},
    {"inr", "1", 1, 0},
    {"inr", "", 1, 0},
    {"bmi", "kg/m2", 1, 0},
    {"blood_glucose", "mmol/L", 1, 0},
    {"blood_glucose", "mg/dL", 1.0 / 18.0, 0},
    {"pregnancy", "wk", 1, 0},
    {"pregnancy", "weeks", 1, 0},
    {"pregnancy", "d", 1.0 / 7.0, 0},
    {"pain.intensity", "{score}", 1, 0},
    {"pain.intensity", "1", 1, 0},
    {"pain.intensity", "", 1, 0},
    {"pain.intensity", "{0-10}", 1, 0},
    {"pain.intensity", "mm", 0.1, 0},
    {"pain.intensity", "cm", 1, 0},
};

static int most_days(const char *name) {
    for (size_t i = 0; i < sizeof ages / sizeof *ages; i++)
        if (strcmp(ages[i].finding, name) == 0)
            return ages[i].days;
    return AGE_OTHERWISE;
}

static const struct unit *unit_of(const char *finding, const char *unit) {
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (strcmp(units[i].finding, finding) == 0 && strcmp(units[i].unit, unit) == 0)
            return &units[i];
    return NULL;
}

/* The day it was measured; without one, INT_MIN. */
static int day_of(const json_t *observation) {
    const char *texts[] = {record_text(observation, "effectiveDateTime"),
                           record_text(observation, "effectiveInstant"),
                           record_text(json_object_get(observation, "effectivePeriod"), "end"),
                           record_text(json_object_get(observation, "effectivePeriod"), "start"),
                           record_text(observation, "issued")};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (fhir_days(texts[i]).first != INT_MIN)
            return fhir_days(texts[i]).first;
    return INT_MIN;
}

/* What is being read: an observation, or a component of one. */
struct measured {
    struct fhir_intake *record;
    const json_t *observation; /* has the name and the day */
    const json_t *part;        /* has code and value */
    int day;
};

static void refuse(const struct measured *measured, const char *why) {
    record_unmapped(measured->record, measured->observation,
                    json_object_get(measured->part, "code"), why);
}

/* The number in our unit, in thousandths; false with a word for the list. */
static bool read_number(const struct measured *measured, const char *name, int64_t min, int64_t max,
                        int64_t *number) {
    const json_t *quantity = json_object_get(measured->part, "valueQuantity");
    const json_t *whole = json_object_get(measured->part, "valueInteger");
    const json_t *value = quantity ? json_object_get(quantity, "value") : whole;
    const char *code = record_text(quantity, "code"), *unit = record_text(quantity, "unit");
    if (!json_is_number(value)) {
        refuse(measured, "no_number");
        return false;
    }
    const struct unit *found = unit_of(name, code ? code : unit ? unit : "");
    if (!found && unit)
        found = unit_of(name, unit);
    if (!found) {
        refuse(measured, "unit");
        return false;
    }
    double ours = json_number_value(value) * found->times + found->plus;
    if (!(ours * 1000 >= (double)min && ours * 1000 <= (double)max)) {
        refuse(measured, "out_of_range");
        return false;
    }
    *number = llround(ours * 100.0) * 10; /* hundredths: as fine as anybody measures */
    return true;
}

static bool is_fresh(const struct measured *measured, int days) {
    int today = measured->record->today;
    if (measured->day != INT_MIN && measured->day > today + 1)
        refuse(measured, "in_the_future");
    else if (measured->day != INT_MIN && today - measured->day > days)
        refuse(measured, "stale");
    else
        return true;
    return false;
}

static void read_pain(const struct measured *measured) {
    enum { WORST = 10000 };
    struct fhir_intake *record = measured->record;
    int64_t number;
    if (!is_fresh(measured, most_days("pain.intensity")) ||
        !read_number(measured, "pain.intensity", 0, WORST, &number))
        return;
    if (record->pain >= 0 && measured->day < record->pain_measured)
        return;
    record->pain = number;
    record->pain_measured = measured->day;
}

/* Weeks of pregnancy go on counting. */
static void read_finding(const struct measured *measured, int finding) {
    struct fhir_intake *record = measured->record;
    const struct finding *known = &record->knowledge->findings[finding];
    bool pregnancy = strcmp(known->id, "pregnancy") == 0;
    int64_t number;
    if (!is_fresh(measured, most_days(known->id)) ||
        !read_number(measured, known->id, known->min, known->max, &number))
        return;
    if (pregnancy && record->male) {
        refuse(measured, "contradiction");
        return;
    }
    if (pregnancy && measured->day != INT_MIN)
        number += (int64_t)(record->today - measured->day) / DAYS_A_WEEK * 1000;
    if (number > known->max)
        refuse(measured, "stale");
    else
        record_measure(record, finding, number, measured->day);
}

/* ---- pregnancy in words ---- */

static void read_pregnancy(const struct measured *measured) {
    static const struct {
        const char *code;
        enum answer_state state;
    } answers[] = {
        {"LA15173-0", ANSWER_PRESENT},  {"77386006", ANSWER_PRESENT},
        {"LA26683-5", ANSWER_ABSENT},   {"60001007", ANSWER_ABSENT},
        {"LA4489-6", ANSWER_NOT_ASKED}, {"261665006", ANSWER_NOT_ASKED},
    };
    const json_t *value = json_object_get(measured->part, "valueCodeableConcept");
    struct fhir_intake *record = measured->record;
    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
        if (!record_concept_is(value, answers[i].code))
            continue;
        bool no = answers[i].state == ANSWER_ABSENT;
        bool contradicts = answers[i].state == ANSWER_PRESENT && record->male;
        if (contradicts)
            refuse(measured, "contradiction");
        else if (is_fresh(measured, no ? NOT_PREGNANT_DAYS : most_days("pregnancy")))
            record_say(record, record_finding(record, "pregnancy"), answers[i].state);
        return;
    }
    refuse(measured, "unmapped");
}

/* The day a child is expected: the fortieth week ends on it. */
static void read_due_date(const struct measured *measured) {
    enum { TERM_WEEKS = 40 };
    struct fhir_intake *record = measured->record;
    int finding = record_finding(record, "pregnancy");
    int due = fhir_days(record_text(measured->part, "valueDateTime")).first;
    int64_t weeks =
        due == INT_MIN ? -1 : TERM_WEEKS - (due - record->today + DAYS_A_WEEK - 1) / DAYS_A_WEEK;
    if (finding < 0 || record->male || weeks < 0 ||
        weeks * 1000 > record->knowledge->findings[finding].max)
        refuse(measured, due == INT_MIN ? "no_number" : "stale");
    else
        record_measure(record, finding, weeks * 1000, record->today);
}

/* ---- codes ---- */

static bool read_loinc(const struct measured *measured, const char *code) {
    const struct code *rows[CODES_PER_LOOKUP];
    size_t count = codes_find(measured->record->knowledge, "loinc", code, rows);
    if (strcmp(code, "82810-3") == 0) {
        read_pregnancy(measured);
        return true;
    }
    if (strcmp(code, "11778-8") == 0) {
        read_due_date(measured);
        return true;
    }
    for (size_t i = 0; i < count; i++)
        if (rows[i]->action == CODE_VALUE && rows[i]->target == CODE_FINDING)
            read_finding(measured, rows[i]->subject);
        else if (rows[i]->action == CODE_VALUE && rows[i]->target == CODE_INTAKE)
            read_pain(measured);
    return count > 0;
}

static bool read_part(const struct measured *measured) {
    size_t i;
    json_t *coding;
    json_array_foreach(json_object_get(json_object_get(measured->part, "code"), "coding"), i,
                       coding) {
        const char *system = record_system(record_text(coding, "system"));
        const char *code = record_text(coding, "code");
        if (system && code && strcmp(system, "loinc") == 0 && read_loinc(measured, code))
            return true;
    }
    return false;
}

static bool counts(const json_t *observation) {
    static const char *const refused[] = {"entered-in-error", "cancelled", "registered"};
    const char *status = record_text(observation, "status");
    for (size_t i = 0; status && i < sizeof refused / sizeof *refused; i++)
        if (strcmp(status, refused[i]) == 0)
            return false;
    return true;
}

/* A panel (blood pressure) says its numbers in components; its own code has none. */
void record_observation(struct fhir_intake *record, const json_t *observation) {
    struct measured measured = {record, observation, observation, day_of(observation)};
    const json_t *components = json_object_get(observation, "component");
    bool read = false;
    size_t i;
    json_t *component;
    if (!counts(observation)) {
        record_unmapped(record, observation, json_object_get(observation, "code"),
                        "entered_in_error");
        return;
    }
    json_array_foreach(components, i, component) {
        measured.part = component;
        read |= read_part(&measured);
    }
    measured.part = observation;
    if (!json_array_size(components))
        read = read_part(&measured);
    if (!read)
        record_unmapped(record, observation, json_object_get(observation, "code"), "unmapped");
}
