/* A tree with a level a path segment; literal children win over a parameter, with a way back where
 * they lead to nothing at all. */
#include "http/route.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "http/metrics.h"

enum { SEGMENTS_MAX = 12, SEGMENT_MAX = 63 };

struct node {
    char segment[SEGMENT_MAX + 1]; /* literal, or the name inside {} */
    struct node *literals;         /* children */
    struct node *parameter;        /* child for {name} */
    struct node *next;             /* sibling among literals */
    const struct route *routes[HTTP_METHODS];
    struct metrics_route *metrics[HTTP_METHODS];
    unsigned methods;
};

struct route_table {
    struct node root;
    unsigned methods;
};

struct path {
    const char *segments[SEGMENTS_MAX];
    size_t count;
};

static struct node *find_literal(struct node *children, const char *segment) {
    while (children && (*children->segment != *segment || strcmp(children->segment, segment) != 0))
        children = children->next;
    return children;
}

static struct node *add_child(struct node *parent, const char *segment, size_t len, bool literal) {
    struct node *child = calloc(1, sizeof *child);
    if (!child)
        return NULL;
    memcpy(child->segment, segment, len);
    if (literal) {
        child->next = parent->literals;
        parent->literals = child;
    } else {
        parent->parameter = child;
    }
    return child;
}

/* The child for a segment of a row's path, made when missing. NULL: `*fault` says why. */
static struct node *child_for(struct node *parent, const char *segment, size_t len,
                              const char **fault) {
    bool literal = *segment != '{';
    char name[SEGMENT_MAX + 1] = "";
    size_t name_len = literal ? len : len - 2;
    *fault = "has an empty, malformed or overlong segment";
    if (len == 0 || len > SEGMENT_MAX || (!literal && (len < 3 || segment[len - 1] != '}')))
        return NULL;
    memcpy(name, literal ? segment : segment + 1, name_len);
    struct node *child = literal ? find_literal(parent->literals, name) : parent->parameter;
    *fault = "names a path parameter differently than another row";
    if (child && strcmp(child->segment, name) != 0)
        return NULL;
    *fault = "found no memory";
    return child ? child : add_child(parent, name, name_len, literal);
}

static const char *check_row(const struct route *row) {
    if (!row->path || row->path[0] != '/' || !row->operation_id || !row->handler)
        return "lacks path, operation_id or handler";
    if (row->method >= HTTP_METHODS || row->method == HTTP_HEAD || row->method == HTTP_OPTIONS)
        return "has a method the edge answers itself";
    if (row->body_schema && row->body_limit == 0)
        return "has a body schema but no body limit";
    if (row->lines_limit > 0 && (!row->body_schema || row->blocking))
        return "takes lines but has no body schema, or waits for the database";
    return NULL;
}

static struct node *walk(struct node *node, const char *path, const char **fault) {
    size_t depth = 0;
    size_t parameters = 0;
    while (node && *path == '/' && path[1]) {
        size_t len = strcspn(++path, "/");
        parameters += *path == '{';
        if (++depth > SEGMENTS_MAX || parameters > HTTP_PATH_PARAMS_MAX) {
            *fault = "has too many segments or parameters";
            return NULL;
        }
        node = child_for(node, path, len, fault);
        path += len;
    }
    return node;
}

static const char *add_row(struct route_table *table, const struct route *row) {
    const char *fault = check_row(row);
    if (fault)
        return fault;
    struct node *node = walk(&table->root, row->path, &fault);
    if (!node)
        return fault;
    if (node->routes[row->method])
        return "repeats method and path of another row";
    node->metrics[row->method] = metrics_route_new(http_method_name(row->method), row->path);
    if (!node->metrics[row->method])
        return "is one route more than the metrics hold";
    node->routes[row->method] = row;
    node->methods |= 1u << row->method;
    table->methods |= 1u << row->method;
    return NULL;
}

enum status route_table_new(const struct route *rows, size_t count, struct route_table **out,
                            const char **fault) {
    static _Thread_local char words[160];
    struct route_table *table = calloc(1, sizeof *table);
    *fault = "no memory";
    if (!table)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < count; i++) {
        const char *why = add_row(table, &rows[i]);
        if (!why)
            continue;
        (void)snprintf(words, sizeof words, "route %zu (%s) %s", i,
                       rows[i].path ? rows[i].path : "?", why);
        *fault = words;
        route_table_free(table);
        return STATUS_INVALID;
    }
    *out = table;
    return STATUS_OK;
}

static void free_children(struct node *node) {
    while (node->literals) {
        struct node *child = node->literals;
        node->literals = child->next;
        free_children(child);
        free(child);
    }
    if (node->parameter)
        free_children(node->parameter);
    free(node->parameter);
}

void route_table_free(struct route_table *table) {
    if (table)
        free_children(&table->root);
    free(table);
}

/* Cuts and decodes; an empty segment (//) gives a path that matches nothing. */
static bool split(const char *path, size_t len, char *scratch, struct path *out,
                  enum text_fault *fault) {
    const char *end = path + len;
    out->count = 0;
    *fault = TEXT_OK;
    if (len == 1)
        return true;
    while (path < end) {
        path++; /* the slash */
        const char *slash = memchr(path, '/', (size_t)(end - path));
        size_t segment_len = (size_t)((slash ? slash : end) - path);
        if (segment_len == 0 || out->count == SEGMENTS_MAX)
            return false;
        size_t decoded;
        *fault = text_decode(path, segment_len, false, scratch, &decoded);
        if (*fault != TEXT_OK)
            return false;
        out->segments[out->count++] = scratch;
        scratch += decoded + 1;
        path += segment_len;
    }
    return true;
}

/* Looks for the method below the node; notes the methods of the node the path reaches. A literal
 * path that exists stands alone: /things/special does not take what /things/{thing} takes. */
static const struct node *descend(const struct node *node, const struct path *path, size_t depth,
                                  enum http_method method, struct http_request *request,
                                  unsigned *methods) {
    if (depth == path->count) {
        *methods = node->methods;
        return node->methods & 1u << method ? node : NULL;
    }
    const struct node *child = find_literal(node->literals, path->segments[depth]);
    const struct node *found =
        child ? descend(child, path, depth + 1, method, request, methods) : NULL;
    if (found || *methods || !node->parameter)
        return found;
    size_t slot = request->param_count++;
    request->params[slot] = (struct path_param){node->parameter->segment, path->segments[depth]};
    found = descend(node->parameter, path, depth + 1, method, request, methods);
    if (!found)
        request->param_count = slot;
    return found;
}

struct route_match route_table_find(const struct route_table *table, enum http_method method,
                                    const char *path, size_t len, char *scratch,
                                    struct http_request *request) {
    struct route_match match = {0};
    struct path segments;
    bool slash = len > 1 && path[len - 1] == '/';
    request->param_count = 0;
    if (len == 0 || !split(path, len - slash, scratch, &segments, &match.fault))
        return match;
    if (method == HTTP_HEAD)
        method = HTTP_GET;
    const struct node *node = descend(&table->root, &segments, 0, method, request, &match.methods);
    if (slash && !(node && node->routes[method]->slash)) {
        match.methods = 0;
        return match;
    }
    if (node) {
        match.route = node->routes[method];
        match.metrics = node->metrics[method];
    }
    return match;
}

unsigned route_table_methods(const struct route_table *table) {
    return table->methods;
}

void route_methods_text(unsigned methods, char out[64]) {
    size_t used = 0;
    if (methods & 1u << HTTP_GET)
        methods |= 1u << HTTP_HEAD;
    methods |= 1u << HTTP_OPTIONS;
    out[0] = '\0';
    for (unsigned i = 0; i < HTTP_METHODS; i++)
        if (methods & 1u << i)
            used += (size_t)snprintf(out + used, 64 - used, "%s%s", used ? ", " : "",
                                     http_method_name((enum http_method)i));
}

const char *cache_policy_header(enum cache_policy policy) {
    static const char *const headers[] = {
        [CACHE_NO_STORE] = "no-store",
        [CACHE_PRIVATE] = "private, no-cache",
        [CACHE_REVALIDATE] = "public, no-cache",
        [CACHE_PUBLIC] = "public, max-age=300, must-revalidate",
    };
    return headers[policy];
}
