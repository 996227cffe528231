/* Files that the build put into the binary: see cmake/embed.py. */
#ifndef UNKNOT_EMBEDDED_H
#define UNKNOT_EMBEDDED_H

#include <stddef.h>

struct embedded_file {
    const char *name;
    const char *bytes; /* a NUL follows */
    size_t len;
};

extern const struct embedded_file embedded_knowledge[];
extern const size_t embedded_knowledge_count;

/* openapi.yaml and openapi.json */
extern const struct embedded_file embedded_documents[];
extern const size_t embedded_documents_count;

/* db/migrations and db/queries, in the order of their names, named without .sql */
extern const struct embedded_file embedded_migrations[];
extern const size_t embedded_migrations_count;
extern const struct embedded_file embedded_queries[];
extern const size_t embedded_queries_count;

#endif
