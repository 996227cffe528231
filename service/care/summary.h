/*
 * The page a person takes to the therapist: what it says, in their language, before anybody asks
 * how it looks. Made once as JSON; summary_html.c and service/paper/ only set it.
 *
 *   {language, title, lead, banners: [text], facts: [{label, text}], pressure: {start, max, scale},
 *    cautions: {label, items: [text]}, body: {label, front, back, avoid, limited, free, nothing,
 *    description, areas_to_avoid: [{id, name}], areas_limited: [{id, name, max}]},
 *    stop: {label, items}, pause: {label, items}, dates: [{label, text}], expires,
 *    clearances: {label, items}, sources: {label, text}, footer: [text], changed}
 */
#ifndef UNKNOT_CARE_SUMMARY_H
#define UNKNOT_CARE_SUMMARY_H

#include <jansson.h>
#include <stdint.h>

#include "care/words.h"

/* Everything is borrowed. */
struct summary_source {
    struct care_words words;
    const char *plan_ref, *patient_ref;
    int64_t version;
    const char *status;
    int64_t changed;                          /* moment of the plan's last change */
    const char *recheck_due, *clearance_ends; /* dates; NULL: never */
    const json_t *review_needed;              /* reasons, as the plan shows them */
    const json_t *document;
    const json_t *clearances; /* [{role, by, reason, recorded, expires}] */
    int today;
};

/* NULL without memory. */
json_t *summary_make(const struct summary_source *source) MUST_CHECK;

#endif
