#include "interop/fhir_trail.h"

#include <string.h>

void fhir_trail_add(struct fhir_trail *trail, const char *intake, const char *response,
                    struct arena *arena) {
    if (trail->count == trail->room) {
        size_t room = trail->room ? 2 * trail->room : 64;
        struct fhir_step *steps = arena_array(arena, room, sizeof *steps);
        if (!steps)
            return; /* the arena remembers */
        if (trail->count)
            memcpy(steps, trail->steps, trail->count * sizeof *steps);
        trail->steps = steps;
        trail->room = room;
    }
    trail->steps[trail->count++] = (struct fhir_step){
        arena_copy(arena, intake, strlen(intake)), arena_copy(arena, response, strlen(response))};
}

const char *fhir_trail_back(const struct fhir_trail *trail, const char *intake_pointer) {
    const char *best = trail->root;
    size_t longest = 0;
    for (size_t i = 0; i < trail->count; i++) {
        const char *known = trail->steps[i].intake;
        size_t len = known ? strlen(known) : 0;
        if (len > longest && strncmp(known, intake_pointer, len) == 0 &&
            (intake_pointer[len] == '\0' || intake_pointer[len] == '/')) {
            longest = len;
            best = trail->steps[i].response;
        }
    }
    return best;
}

void fhir_trail_complaints(const struct fhir_trail *trail, const struct complaints *from,
                           struct complaints *to) {
    for (size_t i = 0; i < from->count; i++)
        complain(to, fhir_trail_back(trail, from->all[i].pointer), from->all[i].code, "%s",
                 from->all[i].detail);
    to->total += from->total - from->count;
}
