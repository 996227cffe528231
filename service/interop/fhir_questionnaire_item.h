/* The items of our Questionnaire: what an answer below each linkId must be, and where it goes. */
#ifndef UNKNOT_INTEROP_FHIR_QUESTIONNAIRE_ITEM_H
#define UNKNOT_INTEROP_FHIR_QUESTIONNAIRE_ITEM_H

#include "engine/knowledge.h"

/* What an item of a linkId is, and how it is read. */
enum item_kind {
    ITEM_UNKNOWN,
    ITEM_GROUP,
    ITEM_STATE,     /* of a finding */
    ITEM_ATTRIBUTE, /* of a finding */
    ITEM_NONE_OF,   /* of a checklist */
    ITEM_NO_PRESENTATION,
    ITEM_WHOLE,   /* integer */
    ITEM_DECIMAL, /* or integer */
    ITEM_BOOLEAN,
    ITEM_DATE,
    ITEM_STRING,
    ITEM_STRINGS,
    ITEM_CODE,
    ITEM_CODES,
    ITEM_MEDICINES,
    ITEM_DIAGNOSES,
    ITEM_DIAGNOSIS_WEEKS, /* of the diagnosis it hangs under */
};

/* `member` is where it goes: "pain/areas" is a member of a member; "clearances/..." of the
 * clearance that is being read. */
struct plain_item {
    const char *link;
    enum item_kind kind;
    const char *member;
    const char *system;
};

/* What the table or the release says about a linkId. */
struct item_meaning {
    enum item_kind kind;
    const struct plain_item *plain;
    int number;       /* of the finding or checklist */
    const char *part; /* of the finding: "weeks_ago" */
};

/* ITEM_UNKNOWN: no item of ours. */
struct item_meaning fhir_questionnaire_item(const struct knowledge *knowledge, const char *link);

#endif
