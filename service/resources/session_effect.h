/* What a session that happened does to its plan: triage, a pause, a gentler next session. */
#ifndef UNKNOT_RESOURCES_SESSION_EFFECT_H
#define UNKNOT_RESOURCES_SESSION_EFFECT_H

#include "care/adverse.h"
#include "resources/plan_below.h"

struct session_effect {
    struct adverse_context context;
    struct adverse adverse;
    bool judged; /* somebody said how it went */
    bool pause;
    const char *review_reason; /* NULL: none */
    json_t *document;          /* owned: the plan's, changed; NULL: as it was */
    json_t *follow_up;         /* owned: what adverse_write() says; NULL: nothing to say */
};

/*
 * Judges a session that is `done` and sets its triage. `sessions` is the whole list with this one
 * in it. Mistakes in the events become complaints. session_effect_free() in every case.
 */
enum status session_effect_make(const struct plan_below *below, json_t *session,
                                const json_t *sessions, const json_t *measurements,
                                struct arena *arena, struct complaints *complaints,
                                struct session_effect *effect) MUST_CHECK;
/* Only the mistakes in the events, of a session that is refused for other ones already. */
void session_effect_complain(const struct plan_below *below, const json_t *session,
                             struct arena *arena, struct complaints *complaints);
void session_effect_free(struct session_effect *effect);

#endif
