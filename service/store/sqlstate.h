/* What PostgreSQL's error codes mean to us: one table. */
#ifndef UNKNOT_STORE_SQLSTATE_H
#define UNKNOT_STORE_SQLSTATE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/status.h"

enum sqlstate_action {
    SQLSTATE_TELL,      /* tell the caller */
    SQLSTATE_RETRY,     /* the transaction lost a race and may run again */
    SQLSTATE_RECONNECT, /* this connection is of no more use */
};

struct sqlstate_meaning {
    const char *prefix; /* of the five characters */
    enum status status;
    enum sqlstate_action action;
    bool alarm; /* somebody should look: counted by unknot_database_alarms_total, and logged */
    const char *name;
};

/* The longest matching row; never NULL. "" (no code: the connection broke) means unavailable,
 * reconnect. */
const struct sqlstate_meaning *sqlstate_meaning(const char *sqlstate);

/* The alarms by number, for a counter each: 0 to SQLSTATE_ALARMS - 1. */
enum { SQLSTATE_ALARMS = 7 };
const char *sqlstate_alarm_name(size_t number);

/* The number of a meaning's alarm; SQLSTATE_ALARMS when it is none. */
size_t sqlstate_alarm_of(const struct sqlstate_meaning *meaning);

#endif
