/* From ticked boxes to a score. */
#include "care/scores.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "care/words.h"

enum { STEP = 10, PLACE_MAX = 160 }; /* thousandths in a hundredth; bytes of a pointer */

static const char *const names[] = {"nrs", "peg", "rmdq", "psfs"};

const char *instrument_name(enum instrument instrument) {
    return instrument < INSTRUMENTS ? names[instrument] : "?";
}

bool instrument_from(const char *name, enum instrument *instrument) {
    for (int i = 0; name && i < INSTRUMENTS; i++)
        if (strcmp(names[i], name) == 0) {
            *instrument = (enum instrument)i;
            return true;
        }
    return false;
}

const json_t *instrument_row(const struct knowledge *knowledge, enum instrument instrument) {
    return care_row(knowledge, "outcome_measures", instrument_name(instrument));
}

int64_t score_mean(int64_t sum, int64_t count) {
    return count > 0 ? (sum * 1000 / STEP * 2 + count) / (count * 2) * STEP : 0;
}

bool score_from_text(const char *text, int64_t *thousandths) {
    int64_t value = 0;
    int places = -1;
    if (!text || !isdigit((unsigned char)*text) || strlen(text) > 12)
        return false;
    for (; *text; text++) {
        if (*text == '.' && places < 0) {
            places = 0;
            continue;
        }
        if (!isdigit((unsigned char)*text) || places == 3)
            return false;
        value = value * 10 + (*text - '0');
        places += places >= 0;
    }
    for (int i = places < 0 ? 0 : places; i < 3; i++)
        value *= 10;
    *thousandths = value;
    return places != 0;
}

struct reading {
    const char *pointer;
    struct complaints *complaints;
    enum instrument instrument;
    int max; /* highest score */
    bool bad;
};

static void bad(struct reading *reading, const char *member, long item, const char *code,
                const char *detail) {
    char place[PLACE_MAX];
    if (item < 0)
        (void)snprintf(place, sizeof place, "%s/%s", reading->pointer, member);
    else
        (void)snprintf(place, sizeof place, "%s/%s/%ld", reading->pointer, member, item);
    complain(reading->complaints, place, code, "%s", detail);
    reading->bad = true;
}

/* A number within 0..max as thousandths; complains and gives -1 when it is none. */
static int64_t read_number(struct reading *reading, const json_t *value, bool whole,
                           const char *member, long item) {
    char range[80];
    (void)snprintf(range, sizeof range, "must be a %s from 0 to %d.",
                   whole ? "whole number" : "number", reading->max);
    if (!json_is_number(value)) {
        bad(reading, member, item, "type", range);
        return -1;
    }
    double number = json_number_value(value);
    if (!(number >= 0 && number <= reading->max)) {
        bad(reading, member, item, "out_of_range", range);
        return -1;
    }
    int64_t thousandths = llround(number * 100) * STEP;
    if (whole && (double)llround(number) != number) {
        bad(reading, member, item, "not_whole", range);
        return -1;
    }
    return thousandths;
}

static int64_t count_true(struct reading *reading, const json_t *items) {
    int64_t ticked = 0;
    if (json_array_size(items) != RMDQ_ITEMS) {
        bad(reading, "items", -1, "item_count", "must be 24 items, each true or false.");
        return -1;
    }
    for (size_t i = 0; i < RMDQ_ITEMS; i++) {
        const json_t *item = json_array_get(items, i);
        if (!json_is_boolean(item))
            bad(reading, "items", (long)i, "type", "must be true or false.");
        ticked += json_is_true(item);
    }
    return ticked * 1000;
}

static int64_t mean_of(struct reading *reading, const json_t *items, size_t least, size_t most) {
    int64_t sum = 0;
    size_t count = json_array_size(items);
    if (count < least || count > most) {
        bad(reading, "items", -1, "item_count",
            least == most ? "must be 3 items from 0 to 10." : "must be 1 to 3 items from 0 to 10.");
        return -1;
    }
    for (size_t i = 0; i < count; i++) {
        const json_t *item = json_array_get(items, i);
        if (reading->instrument == INSTRUMENT_PSFS && json_is_object(item))
            item = json_object_get(item, "score");
        int64_t value = read_number(reading, item, true, "items", (long)i);
        sum += value < 0 ? 0 : value / 1000;
    }
    return score_mean(sum, (int64_t)count);
}

static int64_t read_items(struct reading *reading, const json_t *items) {
    if (!json_is_array(items)) {
        bad(reading, "items", -1, "type", "must be a list.");
        return -1;
    }
    switch (reading->instrument) {
    case INSTRUMENT_PEG:
        return mean_of(reading, items, PEG_ITEMS, PEG_ITEMS);
    case INSTRUMENT_PSFS:
        return mean_of(reading, items, 1, PSFS_ITEMS);
    case INSTRUMENT_RMDQ:
        return count_true(reading, items);
    default:
        bad(reading, "items", -1, "not_allowed", "this measure has a score and no items.");
        return -1;
    }
}

static void read_score(struct reading *reading, const json_t *measurement, int64_t *out) {
    const json_t *score = json_object_get(measurement, "score");
    const json_t *items = json_object_get(measurement, "items");
    bool whole = reading->instrument == INSTRUMENT_NRS || reading->instrument == INSTRUMENT_RMDQ;
    if (json_is_null(score))
        score = NULL;
    if (json_is_null(items))
        items = NULL;
    int64_t given = score ? read_number(reading, score, whole, "score", -1) : -1;
    int64_t counted = items ? read_items(reading, items) : -1;
    if (!score && !items)
        bad(reading, "score", -1, "missing_member", "give the score or the items.");
    if (!reading->bad && score && items && given != counted)
        bad(reading, "score", -1, "contradiction", "the items add up to another score.");
    *out = items ? counted : given;
}

bool score_read(const struct knowledge *knowledge, const json_t *measurement, const char *pointer,
                struct complaints *complaints, struct score_given *out) {
    struct reading reading = {.pointer = pointer, .complaints = complaints};
    const char *name = json_string_value(json_object_get(measurement, "instrument"));
    if (!instrument_from(name, &reading.instrument)) {
        bad(&reading, "instrument", -1, name ? "unknown_id" : "missing_member",
            "must be one of nrs, peg, rmdq, psfs.");
        return false;
    }
    const json_t *scale = json_object_get(instrument_row(knowledge, reading.instrument), "scale");
    reading.max = care_int(scale, "max", reading.instrument == INSTRUMENT_RMDQ ? 24 : 10);
    out->instrument = reading.instrument;
    read_score(&reading, measurement, &out->score);
    return !reading.bad;
}
