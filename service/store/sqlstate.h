/* What PostgreSQL's error codes mean to us: one table. */
#ifndef UNKNOT_STORE_SQLSTATE_H
#define UNKNOT_STORE_SQLSTATE_H

#include <stdbool.h>

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
    bool alarm; /* somebody should look: counted by unknot_store_alarms_total */
    const char *name;
};

/* The longest matching row; never NULL. "" (no code: the connection broke) means unavailable,
 * reconnect. */
const struct sqlstate_meaning *sqlstate_meaning(const char *sqlstate);

#endif
