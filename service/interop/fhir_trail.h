/* Which place of somebody else's body each part of an intake came from. */
#ifndef UNKNOT_INTEROP_FHIR_TRAIL_H
#define UNKNOT_INTEROP_FHIR_TRAIL_H

#include "base/arena.h"
#include "base/complaints.h"

struct fhir_trail {
    const char *root; /* pointer of the resource within the body: "#", "#/parameter/0/resource" */
    size_t count, room;
    struct fhir_step {
        const char *intake;   /* "#/findings/3/areas/0" */
        const char *response; /* "#/item/2/item/0/answer/0" */
    } * steps;
};

/* Notes a place; both are copied into the arena, which remembers a failure. */
void fhir_trail_add(struct fhir_trail *trail, const char *intake, const char *response,
                    struct arena *arena);

/* Where a complaint about the intake belongs in the body: the nearest place that is known. */
const char *fhir_trail_back(const struct fhir_trail *trail, const char *intake_pointer);

/* All complaints about the intake, with their places in the body, added to `to`. */
void fhir_trail_complaints(const struct fhir_trail *trail, const struct complaints *from,
                           struct complaints *to);

#endif
