/*
 * Ids that are given out. A plan id is `<patient_id>.<id>`: it says where the plan lives (32 hex,
 * 26 letters of base32). Sessions, measurements and clearances are `s-<id>`, `m-<id>`, `c-<id>`.
 */
#ifndef UNKNOT_RESOURCES_IDS_H
#define UNKNOT_RESOURCES_IDS_H

#include <stdbool.h>

#include "base/status.h"

enum {
    ID_SIZE = 27,         /* 130 random bits as 26 of [a-z2-7], and a NUL */
    SUB_ID_SIZE = 29,     /* "s-" and an id */
    PATIENT_ID_SIZE = 33, /* 32 hex */
    PLAN_REF_SIZE = 60,   /* "<patient_id>.<plan_id>" */
    REFERENCE_MAX = 255,  /* characters of a patient's reference, as the caller says it */
};

struct plan_ref {
    char patient_id[PATIENT_ID_SIZE];
    char plan_id[ID_SIZE];
};

enum status id_new(char id[ID_SIZE]) MUST_CHECK;
enum status sub_id_new(char letter, char id[SUB_ID_SIZE]) MUST_CHECK;

/* Has it the shape of an id we made? Anything else is not found without asking the database. */
bool id_is_plain(const char *text);
bool sub_id_is(char letter, const char *text);
bool patient_id_is(const char *text);

bool plan_ref_parse(const char *text, struct plan_ref *ref) MUST_CHECK;
void plan_ref_text(const struct plan_ref *ref, char text[PLAN_REF_SIZE]);

#endif
