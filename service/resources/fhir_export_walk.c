/*
 * Where the files of an export begin. The index is walked in steps of LOOK entries, a transaction
 * each, so that no statement takes long however large the tenant is; rows are not touched. A tenant
 * with very many rows gets larger files rather than more of them.
 */
#include <stdio.h>
#include <stdlib.h>

#include "resources/fhir_export.h"
#include "resources/sql_value.h"
#include "resources/tenant_call.h"

enum { LOOK = 10000, FILES_MAX = 500, FILES_LARGER = 4, KEY_SIZE = 128 };

struct key {
    char at[SQL_TIME_SIZE], id[KEY_SIZE];
};

static const char *statement_of(enum export_source source) {
    static const char *const names[EXPORT_SOURCES] = {
        [EXPORT_PLANS] = "export_plans_files",
        [EXPORT_MEASUREMENTS] = "export_measurements_files",
        [EXPORT_SESSIONS] = "export_sessions_files",
        [EXPORT_EVENTS] = "export_events_files",
        [EXPORT_THERAPISTS] = "export_therapists_files",
    };
    return names[source];
}

/* A stretch begins at a row of the step and ends before the next one, or where the export does. */
static enum status add_stretch(struct export_walk *walk, const struct tenant_call *call, int row) {
    bool last = row + 1 == tenant_call_count(call, 0);
    json_t *stretch =
        json_pack("[s, s, s, s]", tenant_call_value(call, 0, row, "created_at"),
                  tenant_call_value(call, 0, row, "id"),
                  last ? walk->until : tenant_call_value(call, 0, row + 1, "created_at"),
                  last ? "" : tenant_call_value(call, 0, row + 1, "id"));
    return json_array_append_new(walk->stretches, stretch) == 0 ? STATUS_OK : STATUS_NO_MEMORY;
}

/* Looks at the next entries; `from` moves on, `more` says whether there is anything left. */
static enum status look(struct export_walk *walk, struct key *from, bool *more) {
    char rows[SQL_NUMBER_SIZE], entries[SQL_NUMBER_SIZE];
    struct tenant_call call;
    tenant_call_begin(&call, walk->request, walk->response, TENANT_READ);
    int step = TENANT_CALL_ADD(&call, statement_of(walk->source), from->at, from->id, walk->until,
                               walk->since, sql_number(rows, walk->rows), sql_number(entries, LOOK),
                               walk->gone ? "t" : "f");
    enum status status = tenant_call_run(&call);
    int last = (status == STATUS_OK ? tenant_call_count(&call, step) : 0) - 1;
    *more = last >= 0 && strtol(tenant_call_value(&call, step, last, "seen"), NULL, 10) > LOOK;
    for (int row = 0; row < last + !*more && status == STATUS_OK; row++)
        status = add_stretch(walk, &call, row);
    if (*more) {
        (void)snprintf(from->at, sizeof from->at, "%s",
                       tenant_call_value(&call, step, last, "created_at"));
        (void)snprintf(from->id, sizeof from->id, "%s", tenant_call_value(&call, step, last, "id"));
    }
    tenant_call_end(&call);
    return status;
}

enum status export_walk(struct export_walk *walk) {
    struct key from = {.at = "-infinity"};
    bool more = true;
    enum status status = STATUS_OK;
    walk->stretches = json_array();
    if (!walk->stretches)
        return STATUS_NO_MEMORY;
    while (more && status == STATUS_OK) {
        status = look(walk, &from, &more);
        if (json_array_size(walk->stretches) > FILES_MAX && walk->rows < LOOK) {
            walk->rows *= FILES_LARGER;
            from = (struct key){.at = "-infinity"};
            (void)json_array_clear(walk->stretches);
            more = true;
        }
    }
    return status;
}
