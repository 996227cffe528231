/*
 * FHIR's JSON has no null, no "", no [] and no {}: what has no value is left out. These helpers
 * leave it out. A failed allocation makes them say false; objects may then lack members, and the
 * caller gives up on the whole.
 */
#ifndef UNKNOT_INTEROP_FHIR_JSON_H
#define UNKNOT_INTEROP_FHIR_JSON_H

#include <jansson.h>
#include <stdbool.h>

/* Sets a member; takes `value_owned`. NULL, null, "", [] and {} are left out, which is no failure.
 */
bool fhir_set(json_t *object, const char *key, json_t *value_owned);

/* As fhir_set() for a text (NULL and "" are left out); control characters that FHIR's strings may
 * not hold become spaces. */
bool fhir_set_text(json_t *object, const char *key, const char *text);

/* As fhir_set() at the end of a list. */
bool fhir_append(json_t *list, json_t *value_owned);

/* {coding: [{system, code, display}], text}; each may be NULL. NULL without memory. */
json_t *fhir_concept(const char *system, const char *code, const char *display, const char *text);

/* {reference, display} or {display}; each may be NULL. */
json_t *fhir_reference(const char *reference, const char *display);

/* {status: generated, div} of plain text, escaped, one paragraph a line. */
json_t *fhir_narrative(const char *text);

/* The text of a member, or NULL: borrowed. */
const char *fhir_text(const json_t *object, const char *key);

/* Are the first ten letters of a date or a time such as those of a day? */
bool fhir_names_day(const char *date);

#endif
