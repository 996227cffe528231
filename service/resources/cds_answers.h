/* The answers to our own form that came with a CDS call. */
#ifndef UNKNOT_RESOURCES_CDS_ANSWERS_H
#define UNKNOT_RESOURCES_CDS_ANSWERS_H

#include "engine/knowledge.h"

/*
 * The intake of a QuestionnaireResponse, or of the newest in a Bundle, that is about the patient,
 * was filled in within the last days and has no mistake: the safety questions are about today. A
 * new reference, or NULL.
 */
json_t *cds_answers(const struct knowledge *knowledge, const json_t *form, const char *patient,
                    struct arena *arena);

#endif
