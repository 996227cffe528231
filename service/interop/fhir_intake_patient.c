/* Patient: age and sex, and whether there is still somebody to massage. */
#include <limits.h>
#include <string.h>

#include "interop/fhir_intake_room.h"

enum { OLDEST = 130, ADULT = 18 };

/* Whole years from one day to another, by the calendar. */
static int years_between(int born, int today) {
    char from[11], to[11];
    date_text(born, from);
    date_text(today, to);
    int years = (to[0] - from[0]) * 1000 + (to[1] - from[1]) * 100 + (to[2] - from[2]) * 10 +
                (to[3] - from[3]);
    return strcmp(to + 5, from + 5) < 0 ? years - 1 : years;
}

/* A birth date without its day leaves two ages: the one that asks for more care. */
static void read_age(struct fhir_intake *record, const json_t *patient) {
    struct fhir_days born = fhir_days(record_text(patient, "birthDate"));
    if (born.first == INT_MIN || born.first > record->today)
        return;
    int oldest = years_between(born.first, record->today);
    int youngest = born.last > record->today ? 0 : years_between(born.last, record->today);
    int age = youngest < ADULT ? youngest : oldest;
    if (age > OLDEST)
        record_unmapped(record, patient, NULL, "out_of_range");
    else if (json_object_set_new(record->intake, "age", json_integer(age)) != 0)
        record->failed = true;
}

void record_patient(struct fhir_intake *record, const json_t *patient) {
    static const char *const sexes[] = {"female", "male", "other"};
    const char *gender = record_text(patient, "gender");
    for (size_t i = 0; gender && i < sizeof sexes / sizeof *sexes; i++)
        if (strcmp(gender, sexes[i]) == 0 &&
            json_object_set_new(record->intake, "sex", json_string(gender)) != 0)
            record->failed = true;
    record->male = gender && strcmp(gender, "male") == 0;
    record->deceased |= json_is_true(json_object_get(patient, "deceasedBoolean")) ||
                        json_is_string(json_object_get(patient, "deceasedDateTime"));
    read_age(record, patient);
}
