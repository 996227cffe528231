/* What the handlers share: made once at start, then only read. */
#ifndef UNKNOT_RESOURCES_APP_H
#define UNKNOT_RESOURCES_APP_H

#include <stdatomic.h>

#include "contract/contract.h"
#include "engine/knowledge.h"
#include "http/route.h"

struct access;
struct catalogue;
struct cds_clients;
struct fhir_library;
struct outbound_peers;
struct store;

struct app {
    struct knowledge *knowledge;
    struct contract *contract;
    struct catalogue *catalogue;
    struct fhir_library *fhir_library;
    struct store *store;                 /* borrowed; NULL: no database, decisions only */
    struct access *access;               /* borrowed; set before the edge starts */
    struct cds_clients *cds_clients;     /* borrowed; NULL: CDS Hooks are open for trying */
    struct outbound_peers *fhir_servers; /* borrowed; that a CDS call may be completed from */
    unsigned fetch_ms;                   /* for all that one call asks one of them */

    /* Borrowed settings; NULL or "": not given. */
    const char *public_url;   /* how the outside calls us: "https://clinic.example" */
    const char *token_url;    /* where clients get tokens */
    const char *token_issuer; /* who makes them */

    long export_rows; /* of a file of a bulk export */

    atomic_uint holders; /* see app_current.h */
    void (*end)(struct app *app);
};

/*
 * Takes the release; loads the contract that the build embedded and prepares the catalogue.
 * STATUS_INVALID with a message when the contract is not understood. Free with app_free().
 */
enum status app_init(struct app *app, struct knowledge *knowledge_owned, char *message,
                     size_t size) MUST_CHECK;
void app_free(struct app *app);

/* The whole edge of the service. */
extern const struct route app_routes[];
extern const size_t app_route_count;

/*
 * Checks that contract and route table name the same operations, and that each route's path and
 * method are those of the contract. False with a message.
 */
bool app_routes_match_contract(const struct app *app, char *message, size_t size) MUST_CHECK;

/* A file the build embedded; NULL when there is none of that name. */
const struct embedded_file *app_document(const char *name);

/* Days since 1970-01-01, UTC. */
int app_today(void);

#endif
