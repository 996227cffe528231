/* The intake in one agreed form, as compact JSON; what decision_id is made from. */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/json_writer.h"
#include "engine/intake.h"

static void write_number(struct json_writer *json, const char *key, int64_t number) {
    if (number < 0)
        return;
    jw_key(json, key);
    jw_milli(json, number);
}

static void write_date(struct json_writer *json, const char *key, int days) {
    char text[11];
    if (days == INT_MIN)
        return;
    date_text(days, text);
    jw_member_text(json, key, text);
}

static void write_basics(struct json_writer *json, const struct intake *intake) {
    static const char *const sexes[] = {"", "female", "male", "other"};
    write_number(json, "age", intake->numbers[INTAKE_AGE]);
    write_number(json, "intensity", intake->numbers[INTAKE_PAIN_INTENSITY]);
    write_number(json, "weeks", intake->numbers[INTAKE_PAIN_WEEKS]);
    jw_member_text(json, "sex", sexes[intake->sex]);
    jw_member_int(json, "areas", intake->pain_areas_given ? (int64_t)intake->pain_areas : -1);
    jw_member_int(json, "presentations",
                  intake->presentations_given ? (int64_t)intake->presentations : -1);
}

/* Present and unsure answers one by one: they are few. */
static void write_answer(struct json_writer *json, const struct finding *finding,
                         const struct answer *answer) {
    jw_open_array(json);
    jw_text(json, finding->id);
    jw_int(json, (int64_t)answer->state);
    if (answer->given & (ATTRIBUTE_WEEKS_AGO | ATTRIBUTE_VALUE)) {
        jw_text(json, "n");
        jw_milli(json, answer->number);
    }
    if (answer->given & ATTRIBUTE_AREAS) {
        jw_text(json, "a");
        jw_int(json, (int64_t)answer->areas);
    }
    if (answer->given & ATTRIBUTE_DETAIL) {
        jw_text(json, "d");
        jw_text(json, finding->choices[answer->detail].id);
    }
    jw_int(json, (int64_t)answer->origin);
    jw_close_array(json);
}

/* What was answered with no, or is wanted by a medicine: two bits a finding, two findings a letter.
 */
static void write_states(struct json_writer *json, const struct intake *intake) {
    static const char letters[] = "0123456789abcdef";
    const struct knowledge *k = intake->knowledge;
    struct buffer states;
    buffer_init(&states);
    for (unsigned f = 0; f < k->finding_count; f += 2) {
        unsigned bits = 0;
        for (unsigned i = f; i < f + 2 && i < k->finding_count; i++)
            bits = bits << 2 | (unsigned)(intake->answers[i].state == ANSWER_ABSENT) |
                   (unsigned)intake->answers[i].wanted << 1;
        (void)buffer_append(&states, &letters[bits], 1);
    }
    jw_key(json, "states");
    jw_text_len(json, states.data ? states.data : "", states.len);
    json->out->failed |= states.failed;
    buffer_free(&states);
}

static void write_answers(struct json_writer *json, const struct intake *intake) {
    write_states(json, intake);
    jw_key(json, "findings");
    jw_open_array(json);
    for (unsigned f = 0; f < intake->knowledge->finding_count; f++)
        if (intake->answers[f].state >= ANSWER_UNSURE)
            write_answer(json, &intake->knowledge->findings[f], &intake->answers[f]);
    jw_close_array(json);
}

static int compare_texts(const void *a, const void *b) {
    const char *const *x = a, *const *y = b;
    return strcmp(*x, *y);
}

/* Medicines and diagnoses in the order of the alphabet: the order they came in means nothing. */
static void write_given(struct json_writer *json, const char *key, const struct recognised *all,
                        unsigned count) {
    const char **sorted = calloc(count + 1, sizeof *sorted);
    jw_key(json, key);
    jw_open_array(json);
    for (unsigned i = 0; sorted && i < count; i++)
        sorted[i] = all[i].given;
    if (sorted)
        qsort(sorted, count, sizeof *sorted, compare_texts);
    for (unsigned i = 0; sorted && i < count; i++)
        jw_text(json, sorted[i]);
    if (!sorted)
        json->out->failed = true;
    free(sorted);
    jw_close_array(json);
}

static void write_numbers(struct json_writer *json, const uint16_t *numbers, uint16_t count) {
    jw_open_array(json);
    for (uint16_t i = 0; i < count; i++)
        jw_int(json, numbers[i]);
    jw_close_array(json);
}

static int compare_lists(const uint16_t *a, size_t a_count, const uint16_t *b, size_t b_count) {
    if (a_count != b_count)
        return a_count < b_count ? -1 : 1;
    for (size_t i = 0; i < a_count; i++)
        if (a[i] != b[i])
            return a[i] < b[i] ? -1 : 1;
    return 0;
}

/* The order in which clearances come means nothing, so they are written in one of their own. */
static int compare_clearances(const void *a, const void *b) {
    const struct clearance *x = a, *y = b;
    if (x->recorded != y->recorded)
        return x->recorded < y->recorded ? -1 : 1;
    if (x->expires != y->expires)
        return x->expires < y->expires ? -1 : 1;
    if (x->began != y->began)
        return x->began < y->began ? -1 : 1;
    if (x->techniques != y->techniques)
        return x->techniques < y->techniques ? -1 : 1;
    int order = compare_lists(x->findings, x->finding_count, y->findings, y->finding_count);
    return order ? order : compare_lists(x->rules, x->rule_count, y->rules, y->rule_count);
}

static void write_clearance(struct json_writer *json, const struct clearance *clearance) {
    jw_open_object(json);
    write_date(json, "recorded", clearance->recorded);
    write_date(json, "expires", clearance->expires);
    write_date(json, "began", clearance->began);
    jw_member_int(json, "techniques", (int64_t)clearance->techniques);
    jw_key(json, "findings");
    write_numbers(json, clearance->findings, clearance->finding_count);
    jw_key(json, "rules");
    write_numbers(json, clearance->rules, clearance->rule_count);
    jw_close_object(json);
}

static void write_clearances(struct json_writer *json, const struct intake *intake) {
    size_t count = intake->clearance_count;
    struct clearance *sorted = calloc(count + 1, sizeof *sorted);
    jw_key(json, "clearances");
    jw_open_array(json);
    if (!sorted) {
        json->out->failed = true;
        count = 0;
    } else if (count) {
        memcpy(sorted, intake->clearances, count * sizeof *sorted);
        qsort(sorted, count, sizeof *sorted, compare_clearances);
    }
    for (size_t i = 0; i < count; i++)
        write_clearance(json, &sorted[i]);
    free(sorted);
    jw_close_array(json);
}

static void write_preferences(struct json_writer *json, const struct preferences *preferences) {
    jw_key(json, "preferences");
    jw_open_array(json);
    jw_int(json, preferences->pressure);
    jw_int(json, (int64_t)preferences->techniques);
    jw_int(json, (int64_t)preferences->avoided);
    jw_int(json, preferences->positions);
    jw_text(json, preferences->therapist_gender ? preferences->therapist_gender : "");
    jw_bool(json, preferences->clothed);
    jw_close_array(json);
}

void intake_canonical(const struct intake *intake, struct buffer *out) {
    struct json_writer json;
    jw_init(&json, out);
    jw_open_object(&json);
    write_date(&json, "as_of", intake->as_of);
    jw_member_text(&json, "language", intake->knowledge->languages[intake->language]);
    jw_member_text(&json, "view", intake->brief ? "brief" : "full");
    write_basics(&json, intake);
    write_answers(&json, intake);
    write_given(&json, "medications", intake->medicines, intake->medicine_count);
    write_given(&json, "diagnoses", intake->diagnoses, intake->diagnosis_count);
    write_clearances(&json, intake);
    write_preferences(&json, &intake->preferences);
    jw_member_int(&json, "asked_techniques", (int64_t)intake->asked_techniques);
    jw_close_object(&json);
    if (!jw_ok(&json))
        out->failed = true;
}
