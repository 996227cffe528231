/* What /metrics says about the database. */
#ifndef UNKNOT_RESOURCES_STORE_METRICS_H
#define UNKNOT_RESOURCES_STORE_METRICS_H

#include "base/buffer.h"

/* For metrics_source(); `store` is a struct store. */
void store_metrics_write(void *store, struct buffer *out);

#endif
