#include "resources/store_metrics.h"

#include <inttypes.h>

#include "store/store.h"

static void write_family(struct buffer *out, const char *name, const char *type, const char *help) {
    buffer_printf(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void write_number(struct buffer *out, const char *name, const char *type, const char *help,
                         uint64_t value) {
    write_family(out, name, type, help);
    buffer_printf(out, "%s %" PRIu64 "\n", name, value);
}

void store_metrics_write(void *store, struct buffer *out) {
    struct store_counts counts = {0};
    store_count(store, &counts);
    write_number(out, "unknot_database_up", "gauge",
                 "1 while the database answers and takes writes.", counts.up);
    write_family(out, "unknot_database_connections", "gauge", "Connections of the workers.");
    buffer_printf(out,
                  "unknot_database_connections{state=\"ready\"} %u\n"
                  "unknot_database_connections{state=\"broken\"} %u\n",
                  counts.ready, counts.broken);
    write_number(out, "unknot_database_connects_total", "counter", "Connections made.",
                 counts.connects);
    write_number(out, "unknot_database_outages_total", "counter",
                 "Times the database stopped answering.", counts.gate_closings);
    write_number(out, "unknot_database_timeouts_total", "counter",
                 "Transactions that were not answered in time.", counts.timeouts);
    write_family(out, "unknot_database_alarms_total", "counter",
                 "Errors of the database that somebody should look at.");
    for (size_t i = 0; i < SQLSTATE_ALARMS; i++)
        buffer_printf(out, "unknot_database_alarms_total{reason=\"%s\"} %" PRIu64 "\n",
                      sqlstate_alarm_name(i), counts.alarms[i]);
}
