#include "resources/app.h"

#include <malloc.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "embedded.h"
#include "resources/catalogue.h"
#include "resources/fhir_library.h"

const struct embedded_file *app_document(const char *name) {
    for (size_t i = 0; i < embedded_documents_count; i++)
        if (strcmp(embedded_documents[i].name, name) == 0)
            return &embedded_documents[i];
    return NULL;
}

int app_today(void) {
    return (int)(time(NULL) / 86400);
}

/* What was compiled need not stay in memory: its pages come back from the program's file for who
 * reads them again. */
static void forget_pages(const struct embedded_file *files, size_t count) {
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    for (size_t i = 0; i < count; i++) {
        size_t before = (page - (uintptr_t)files[i].bytes % page) % page;
        size_t whole = files[i].len < before ? 0 : (files[i].len - before) / page * page;
        if (whole)
            (void)madvise((char *)files[i].bytes + before, whole, MADV_DONTNEED);
    }
}

enum status app_init(struct app *app, struct knowledge *knowledge_owned, char *message,
                     size_t size) {
    *app = (struct app){.knowledge = knowledge_owned};
    const struct embedded_file *document = app_document("openapi.json");
    if (!document)
        return STATUS_INTERNAL;
    app->contract = contract_load(document->bytes, document->len, message, size);
    if (!app->contract)
        return STATUS_INVALID;
    app->catalogue = catalogue_new(app->knowledge);
    app->fhir_library = fhir_library_new(app->knowledge);
    forget_pages(embedded_knowledge, embedded_knowledge_count);
    forget_pages(embedded_documents, embedded_documents_count);
    (void)malloc_trim(0); /* what loading took goes back to the system */
    return app->catalogue && app->fhir_library ? STATUS_OK : STATUS_NO_MEMORY;
}

void app_free(struct app *app) {
    catalogue_free(app->catalogue);
    fhir_library_free(app->fhir_library);
    contract_free(app->contract);
    knowledge_free(app->knowledge);
    *app = (struct app){0};
}

static const struct route *route_of(const struct contract_operation *operation) {
    for (size_t i = 0; i < app_route_count; i++)
        if (strcmp(app_routes[i].operation_id, operation->id) == 0)
            return &app_routes[i];
    return NULL;
}

static bool route_agrees(const struct route *route, const struct contract_operation *operation) {
    return route && strcmp(http_method_name(route->method), operation->method) == 0 &&
           strcmp(route->path, operation->path) == 0 &&
           (route->body_schema != NULL) == operation->takes_body;
}

bool app_routes_match_contract(const struct app *app, char *message, size_t size) {
    const struct contract_operation *all = NULL;
    size_t count = contract_operations(app->contract, &all);
    for (size_t i = 0; i < count; i++)
        if (!route_agrees(route_of(&all[i]), &all[i])) {
            (void)snprintf(message, size, "the contract has %s %s (%s), the route table has not",
                           all[i].method, all[i].path, all[i].id);
            return false;
        }
    if (count != app_route_count)
        (void)snprintf(message, size, "the route table has %zu rows, the contract %zu operations",
                       app_route_count, count);
    return count == app_route_count;
}
