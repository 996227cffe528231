/* Codes: PostgreSQL documentation, appendix A. */
#include "store/sqlstate.h"

#include <string.h>

static const struct sqlstate_meaning meanings[] = {
    {"23505", STATUS_CONFLICT, SQLSTATE_TELL, false, "unique_violation"},
    {"23503", STATUS_CONFLICT, SQLSTATE_TELL, false, "foreign_key_violation"},
    {"23514", STATUS_INVALID, SQLSTATE_TELL, false, "check_violation"},
    {"22", STATUS_INVALID, SQLSTATE_TELL, false, "data_exception"},
    {"40001", STATUS_UNAVAILABLE, SQLSTATE_RETRY, false, "serialization_failure"},
    {"40P01", STATUS_UNAVAILABLE, SQLSTATE_RETRY, false, "deadlock_detected"},
    {"26000", STATUS_UNAVAILABLE, SQLSTATE_RETRY, false, "prepared_statement_lost"},
    {"42P05", STATUS_UNAVAILABLE, SQLSTATE_RETRY, false, "prepared_statement_of_another"},
    {"55P03", STATUS_CONFLICT, SQLSTATE_TELL, false, "lock_not_available"},
    {"57014", STATUS_TIMEOUT, SQLSTATE_TELL, false, "query_canceled"},
    {"25006", STATUS_UNAVAILABLE, SQLSTATE_RECONNECT, false, "read_only_sql_transaction"},
    {"25", STATUS_UNAVAILABLE, SQLSTATE_RECONNECT, false, "invalid_transaction_state"},
    {"53100", STATUS_UNAVAILABLE, SQLSTATE_TELL, true, "disk_full"},
    {"53200", STATUS_UNAVAILABLE, SQLSTATE_TELL, true, "out_of_memory"},
    {"53", STATUS_UNAVAILABLE, SQLSTATE_RECONNECT, true, "insufficient_resources"},
    {"57P", STATUS_UNAVAILABLE, SQLSTATE_RECONNECT, false, "operator_intervention"},
    {"08", STATUS_UNAVAILABLE, SQLSTATE_RECONNECT, false, "connection_exception"},
    {"28", STATUS_UNAVAILABLE, SQLSTATE_RECONNECT, true, "invalid_authorization"},
    {"58", STATUS_UNAVAILABLE, SQLSTATE_RECONNECT, true, "system_error"},
    {"42", STATUS_INTERNAL, SQLSTATE_TELL, true, "our_statement_is_wrong"},
    {"", STATUS_UNAVAILABLE, SQLSTATE_RECONNECT, false, "connection_lost"},
};
enum { MEANINGS = sizeof meanings / sizeof *meanings };

static const struct sqlstate_meaning other = {"?????", STATUS_INTERNAL, SQLSTATE_TELL, true,
                                              "unexpected"};

const struct sqlstate_meaning *sqlstate_meaning(const char *sqlstate) {
    const struct sqlstate_meaning *best = *sqlstate ? &other : &meanings[MEANINGS - 1];
    size_t best_len = 0;
    for (size_t i = 0; *sqlstate && i < MEANINGS; i++) {
        size_t len = strlen(meanings[i].prefix);
        if (len > best_len && strncmp(meanings[i].prefix, sqlstate, len) == 0) {
            best = &meanings[i];
            best_len = len;
        }
    }
    return best;
}

/* The rows with an alarm, in the order of the table; what is in no row comes last. */
static const struct sqlstate_meaning *alarm_at(size_t number) {
    for (size_t i = 0; i < MEANINGS; i++)
        if (meanings[i].alarm && number-- == 0)
            return &meanings[i];
    return &other;
}

const char *sqlstate_alarm_name(size_t number) {
    return alarm_at(number)->name;
}

size_t sqlstate_alarm_of(const struct sqlstate_meaning *meaning) {
    size_t number = 0;
    while (number < SQLSTATE_ALARMS && alarm_at(number) != meaning)
        number++;
    return number;
}
