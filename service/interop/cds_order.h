/* Is an order or appointment about massage, and about which technique? */
#ifndef UNKNOT_INTEROP_CDS_ORDER_H
#define UNKNOT_INTEROP_CDS_ORDER_H

#include "engine/knowledge.h"

struct cds_order {
    const json_t *resource;   /* borrowed */
    technique_set techniques; /* 0: massage, and nobody said which */
};

enum { CDS_ORDERS_MAX = 20 };

struct cds_orders {
    struct cds_order all[CDS_ORDERS_MAX];
    size_t count;
    bool more; /* than fit */
};

/* The massage orders and appointments of a Bundle; with `selections` (a list of "Type/id") only
   those. Orders that are over or entered in error, and those that forbid, are none. */
void cds_orders_find(const struct knowledge *knowledge, const json_t *bundle,
                     const json_t *selections, struct arena *arena, struct cds_orders *orders);

/* "ServiceRequest/1"; false when the order has no id. */
bool cds_order_name(const struct cds_order *order, char *name, size_t size);

#endif
