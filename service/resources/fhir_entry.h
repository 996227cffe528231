/*
 * One entry of a Bundle as a request of its own: the route, the checks and the handler that it
 * would have met alone, and the answer in a response of its own.
 */
#ifndef UNKNOT_RESOURCES_FHIR_ENTRY_H
#define UNKNOT_RESOURCES_FHIR_ENTRY_H

#include "base/complaints.h"
#include "resources/app.h"
#include "resources/fhir_edge.h"

enum { ENTRY_POINTER_SIZE = 48, ENTRY_TARGET_SIZE = 128, ENTRY_KEY_SIZE = 300 };

struct fhir_entry {
    const json_t *json;               /* borrowed */
    size_t number;                    /* in the Bundle */
    char pointer[ENTRY_POINTER_SIZE]; /* "#/entry/3" */
    const char *full_url;             /* NULL: none */
    struct http_request request;      /* its texts are borrowed from the Bundle, or owned here */
    struct http_response response;
    json_t *resource; /* owned: the body, a copy */
    char *url;        /* owned: the path, cut into segments */
    char *target;     /* owned: "/fhir/" and the url */
    char key[ENTRY_KEY_SIZE], prefer[64];
    char made[ENTRY_TARGET_SIZE]; /* "CarePlan/ID" of what it was about; "" for a search */
    enum status status;
    bool done;
};

/*
 * Reads entry `number` of the Bundle that `request` brought. Complains where it cannot be a
 * request, or not one that Bundles may hold. fhir_entry_free() in every case.
 */
enum status fhir_entry_open(struct fhir_entry *entry, const struct app *app,
                            const struct http_request *request, const json_t *json, size_t number,
                            struct complaints *complaints) MUST_CHECK;
void fhir_entry_free(struct fhir_entry *entry);

/* Does what it asks for; how that went is in status, response and made. */
void fhir_entry_run(struct fhir_entry *entry, struct app *app);

/* Did it go well? */
bool fhir_entry_succeeded(const struct fhir_entry *entry);

/* A member of entry.request, or "". */
const char *fhir_entry_says(const struct fhir_entry *entry, const char *member);

/* The problem of an entry that failed, as that of the whole: its places below the entry, its triage
 * kept. */
void fhir_entry_blame(struct fhir_entry *entry, struct http_response *whole);

/* The same as an OperationOutcome, for a batch; NULL without memory. */
json_t *fhir_entry_outcome(struct fhir_entry *entry);

#endif
