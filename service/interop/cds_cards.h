/*
 * Cards of CDS Hooks 2.0 from a decision: what is contraindicated and why (critical), what waits
 * for a clinician or needs changes (warning), what is reasonable and what to ask (info). Pure: ids
 * are made from the call, so that the same call gives the same cards.
 */
#ifndef UNKNOT_INTEROP_CDS_CARDS_H
#define UNKNOT_INTEROP_CDS_CARDS_H

#include "engine/decision.h"
#include "interop/cds_order.h"
#include "interop/cds_services.h"

enum { CDS_SUMMARY_MAX = 139, CDS_UUID_SIZE = 37 };

struct cds_case {
    enum cds_hook hook;
    const char *instance; /* hookInstance */
    const char *patient;
    const char *base;                /* where we are: "https://unknot.clinic.example" */
    const struct decision *decision; /* of the whole record */
    const struct decision *before;   /* of nothing, or of the record without the new problem */
    const struct cds_orders *orders; /* NULL: the hook has none */
    /* If the clinician says so: all safety questions were asked and answered with no, and massage
       is agreed to. NULL: not to be offered. */
    const struct decision *attested;
    const json_t *attested_intake;
    const json_t *intake;   /* goes into suggested plans */
    const json_t *unmapped; /* of fhir_intake.h */
    /* What was not seen, or not wholly. */
    struct {
        enum cds_part part;
        enum cds_given given;
    } missing[CDS_PARTS];
    size_t missing_count;
};

/* A list of cards, [] when there is nothing to say. NULL without memory. */
json_t *cds_cards(const struct cds_case *about, struct arena *arena) MUST_CHECK;

/* What a card is about; part of its uuid. */
enum cds_topic {
    CDS_TRIAGE,
    CDS_CONTRAINDICATED,
    CDS_WAITING,
    CDS_CAUTION,
    CDS_REASONABLE,
    CDS_OPEN,
    CDS_TOPICS
};
const char *cds_topic_name(enum cds_topic topic);
const char *cds_topic_display(enum cds_topic topic);

/* Why a clinician may decide otherwise, by number; NULL after the last. */
struct cds_override {
    const char *code, *display;
};
const struct cds_override *cds_override_at(size_t number);

/*
 * The rule that a card's uuid names, by number, or -1: none, or one of another release. False when
 * the uuid is none that we made.
 */
bool cds_card_is_ours(const struct knowledge *knowledge, const char *uuid, enum cds_topic *topic,
                      int *rule);

#endif
