/* Checks that only a release as a whole can fail, beyond what loading refuses. */
#ifndef UNKNOT_ENGINE_LINT_H
#define UNKNOT_ENGINE_LINT_H

#include "engine/knowledge.h"

/*
 * Reports findings that nothing uses, rules that can never hold or stand twice, forbidden claims in
 * any text, and, with a folder of *.cases, rules without a case that fires and one that stays
 * quiet.
 */
void lint_knowledge(const struct knowledge *knowledge, const char *cases_folder,
                    struct report *report);

#endif
