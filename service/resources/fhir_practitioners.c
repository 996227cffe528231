/* Practitioner and PractitionerRole: the directory of therapists. An id with an underscore is none
   in FHIR: such a therapist is in the directory itself only. */
#include <stdlib.h>
#include <string.h>

#include "http/route.h"
#include "interop/fhir_care_plan.h"
#include "interop/fhir_json.h"
#include "interop/fhir_practitioner.h"
#include "resources/fhir_native.h"
#include "resources/fhir_practitioners.h"
#include "resources/handlers.h"

static json_t *resource_of(const struct app *app, const char *path, const json_t *therapist) {
    bool role = strncmp(path, "/fhir/PractitionerRole", 22) == 0;
    return role ? fhir_practitioner_role(app->knowledge, therapist) : fhir_practitioner(therapist);
}

static enum status read_therapist(struct app *app, const struct http_request *request,
                                  struct http_response *response, const char *id,
                                  json_t **therapist) {
    struct fhir_native native = {.operation = "getTherapist", .params = {{"therapist_id", id}}};
    *therapist = NULL;
    if (!fhir_id_is(id))
        return STATUS_NOT_FOUND;
    return fhir_native_call(&native, app, request, response, therapist);
}

enum status fhir_practitioner_get(void *app, const struct http_request *request,
                                  struct http_response *response) {
    json_t *therapist;
    enum status status =
        read_therapist(app, request, response, request_param(request, "id"), &therapist);
    if (status == STATUS_OK) {
        json_t *resource = resource_of(app, request->route->path, therapist);
        fhir_version(response, json_integer_value(json_object_get(therapist, "version")),
                     fhir_text(therapist, "updated_at"));
        status =
            fhir_send(request, response, 200, resource ? fhir_subset(request, resource) : NULL);
    }
    json_decref(therapist);
    return status;
}

/* With the other of the two, where it was asked for. */
static void add(struct fhir_search *search, const json_t *therapist) {
    const char *id = fhir_text(therapist, "therapist_id");
    if (!id || !fhir_id_is(id))
        return;
    fhir_search_add(search, resource_of(search->app, search->request->route->path, therapist));
    if (fhir_search_includes(search, "_include=PractitionerRole:practitioner"))
        fhir_search_include(search, fhir_practitioner(therapist));
    if (fhir_search_includes(search, "_revinclude=PractitionerRole:practitioner"))
        fhir_search_include(search, fhir_practitioner_role(search->app->knowledge, therapist));
}

typedef void adder(struct fhir_search *search, const json_t *therapist);

static enum status find_one(struct fhir_search *search, struct app *app, const char *id,
                            adder *add_it) {
    json_t *therapist;
    enum status status = read_therapist(app, search->request, search->response, id, &therapist);
    if (status == STATUS_OK)
        add_it(search, therapist);
    json_decref(therapist);
    response_forget_problem(search->response);
    search->response->etag[0] = '\0';
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

static void add_included(struct fhir_search *search, const json_t *therapist) {
    fhir_search_include(search, fhir_practitioner(therapist));
}

enum status fhir_practitioner_include(struct fhir_search *search, struct app *app, const char *id) {
    return find_one(search, app, id, add_included);
}

static enum status find_page(struct fhir_search *search, struct app *app) {
    size_t i;
    json_t *page, *therapist;
    struct fhir_native native = {
        .operation = "listTherapists",
        .query = {{"limit", *search->count_text ? search->count_text : "50"},
                  {search->cursor ? "cursor" : NULL, search->cursor}}};
    enum status status = fhir_native_call(&native, app, search->request, search->response, &page);
    if (status != STATUS_OK)
        return status;
    json_array_foreach(json_object_get(page, "items"), i, therapist) add(search, therapist);
    const char *next = fhir_text(page, "next_cursor");
    if (next)
        fhir_search_next(search, next);
    json_decref(page);
    return STATUS_OK;
}

enum status fhir_practitioner_search(void *app, const struct http_request *request,
                                     struct http_response *response) {
    struct fhir_search search;
    enum status status = fhir_search_begin(&search, app, request, response);
    const char *id = NULL;
    if (status == STATUS_OK) {
        const char *one = fhir_search_value(&search, "_id");
        const char *whose = fhir_search_value(&search, "practitioner");
        id = one ? one : whose ? fhir_search_id(whose, "Practitioner") : NULL;
        if (whose && !id)
            id = "";
        status = id ? find_one(&search, app, id, add) : find_page(&search, app);
    }
    if (status == STATUS_OK)
        status = fhir_search_send(&search);
    fhir_search_close(&search);
    return status;
}
