#include "resources/store_metrics.h"

#include "store/store.h"

void store_metrics_write(void *store, struct buffer *out) {
    struct store_counts counts;
    store_count(store, &counts);
    const struct {
        const char *name, *type, *help;
        unsigned long long value;
    } rows[] = {
        {"unknot_database_up", "gauge", "1 while the database takes requests, else 0.",
         store_is_up(store)},
        {"unknot_database_connections", "gauge", "Connections that can be used.", counts.ready},
        {"unknot_database_reconnects_total", "counter", "Connections made.", counts.reconnects},
        {"unknot_database_outages_total", "counter",
         "Times that the database was found away or too slow.", counts.gate_closings},
        {"unknot_database_timeouts_total", "counter", "Transactions past their deadline.",
         counts.timeouts},
        {"unknot_database_alarms_total", "counter",
         "Transactions that failed in a way that needs a person: a full disk, corrupt data.",
         counts.alarms},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        buffer_printf(out, "# HELP %s %s\n# TYPE %s %s\n%s %llu\n", rows[i].name, rows[i].help,
                      rows[i].name, rows[i].type, rows[i].name, rows[i].value);
}
