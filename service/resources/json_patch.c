#include "resources/json_patch.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { NODES_MAX = 20000, STEP_SIZE = 256 };

/* ---- pointers, RFC 6901 ---- */

/* The next step of a pointer, unescaped; false when it is none. */
static bool read_step(const char **pointer, char step[STEP_SIZE]) {
    size_t used = 0;
    const char *s = *pointer;
    if (*s != '/')
        return false;
    for (s++; *s && *s != '/'; s++) {
        char c = *s;
        if (c == '~' && s[1] != '0' && s[1] != '1')
            return false;
        if (c == '~')
            c = *++s == '0' ? '~' : '/';
        if (used == STEP_SIZE - 1)
            return false;
        step[used++] = c;
    }
    step[used] = '\0';
    *pointer = s;
    return true;
}

/* An index without a sign and without leading zeros, at most `last`; `-` is `end`. */
static bool read_index(const char *step, size_t end, size_t last, size_t *index) {
    size_t len = strspn(step, "0123456789");
    if (strcmp(step, "-") == 0) {
        *index = end;
        return end <= last;
    }
    if (len == 0 || len > 9 || step[len] || (len > 1 && *step == '0'))
        return false;
    *index = strtoul(step, NULL, 10);
    return *index <= last;
}

static json_t *child(json_t *parent, const char *step) {
    size_t index, count = json_array_size(parent);
    if (json_is_object(parent))
        return json_object_get(parent, step);
    bool there = json_is_array(parent) && count && read_index(step, count, count - 1, &index);
    return there ? json_array_get(parent, index) : NULL;
}

/* The value a pointer leads to; NULL: nothing. */
static json_t *find(json_t *root, const char *pointer) {
    char step[STEP_SIZE];
    while (root && *pointer) {
        if (!read_step(&pointer, step))
            return NULL;
        root = child(root, step);
    }
    return root;
}

/* What holds the last step; NULL: nothing. */
static json_t *find_parent(json_t *root, const char *pointer, char step[STEP_SIZE]) {
    while (root) {
        if (!read_step(&pointer, step))
            return NULL;
        if (!*pointer)
            return root;
        root = child(root, step);
    }
    return NULL;
}

/* ---- operations ---- */

static bool put(json_t **root, const char *path, json_t *value_owned) {
    char step[STEP_SIZE];
    size_t index;
    if (!*path) {
        json_decref(*root);
        *root = value_owned;
        return true;
    }
    json_t *parent = find_parent(*root, path, step);
    size_t count = json_array_size(parent);
    if (json_is_object(parent))
        return json_object_set_new(parent, step, value_owned) == 0;
    if (json_is_array(parent) && read_index(step, count, count, &index))
        return json_array_insert_new(parent, index, value_owned) == 0;
    json_decref(value_owned);
    return false;
}

static bool take_away(json_t *root, const char *path) {
    char step[STEP_SIZE];
    size_t index;
    json_t *parent = find_parent(root, path, step);
    size_t count = json_array_size(parent);
    if (json_is_object(parent))
        return json_object_del(parent, step) == 0;
    return json_is_array(parent) && count && read_index(step, count, count - 1, &index) &&
           strcmp(step, "-") != 0 && json_array_remove(parent, index) == 0;
}

static size_t count_nodes(const json_t *value) {
    size_t nodes = 1, i;
    const char *key;
    json_t *item;
    json_array_foreach((json_t *)value, i, item) {
        nodes += count_nodes(item);
    }
    json_object_foreach((json_t *)value, key, item) {
        nodes += count_nodes(item);
    }
    return nodes;
}

static const char *add(json_t **root, const char *path, const json_t *value) {
    if (count_nodes(value) + count_nodes(*root) > NODES_MAX)
        return "makes the resource too large";
    json_t *copy = json_deep_copy(value);
    return copy && put(root, path, copy) ? NULL : "leads to nothing that can be added to";
}

static const char *replace(json_t **root, const char *path, const json_t *value) {
    json_t *copy;
    if (!find(*root, path))
        return "leads to nothing";
    copy = json_deep_copy(value);
    if (!copy)
        return "found no memory";
    if (*path && !json_is_object(*root) && !json_is_array(*root)) {
        json_decref(copy);
        return "leads to nothing";
    }
    char step[STEP_SIZE];
    size_t index;
    json_t *parent = *path ? find_parent(*root, path, step) : NULL;
    if (!*path || json_is_object(parent))
        return put(root, path, copy) ? NULL : "leads to nothing";
    size_t count = json_array_size(parent);
    if (read_index(step, count, count - 1, &index) && json_array_set_new(parent, index, copy) == 0)
        return NULL;
    return "leads to nothing";
}

static bool is_inside(const char *path, const char *from) {
    size_t len = strlen(from);
    return strncmp(path, from, len) == 0 && path[len] == '/';
}

static const char *copy_or_move(json_t **root, const char *path, const char *from, bool move) {
    json_t *value = find(*root, from);
    if (!value)
        return "comes from nothing";
    if (move && is_inside(path, from))
        return "moves something into itself";
    if (!move)
        return add(root, path, value);
    if (strcmp(path, from) == 0)
        return NULL;
    json_incref(value);
    bool moved = *from && take_away(*root, from) && put(root, path, json_incref(value));
    json_decref(value);
    return moved ? NULL : "leads to nothing that can be added to";
}

/* ---- the whole ---- */

static const char *text_member(const json_t *operation, const char *name) {
    return json_string_value(json_object_get(operation, name));
}

static bool is_malformed(const json_t *operation, struct json_patch_fault *fault) {
    const char *op = text_member(operation, "op");
    const char *path = text_member(operation, "path"), *from = text_member(operation, "from");
    bool moves = op && (strcmp(op, "move") == 0 || strcmp(op, "copy") == 0);
    bool values =
        op && (strcmp(op, "add") == 0 || strcmp(op, "replace") == 0 || strcmp(op, "test") == 0);
    fault->malformed = true;
    fault->member = "/op";
    fault->detail = "must be add, remove, replace, move, copy or test";
    if (!moves && !values && (!op || strcmp(op, "remove") != 0))
        return true;
    fault->member = "/path";
    fault->detail = "must be a JSON pointer";
    if (!path || (*path && *path != '/'))
        return true;
    fault->member = "/from";
    if (moves && (!from || (*from && *from != '/')))
        return true;
    fault->member = "/value";
    fault->detail = "is missing";
    return values && !json_object_get(operation, "value");
}

static const char *apply(json_t **root, const json_t *operation) {
    const char *op = text_member(operation, "op"), *path = text_member(operation, "path");
    const json_t *value = json_object_get(operation, "value");
    if (strcmp(op, "add") == 0)
        return add(root, path, value);
    if (strcmp(op, "replace") == 0)
        return replace(root, path, value);
    if (strcmp(op, "remove") == 0)
        return *path && take_away(*root, path) ? NULL : "leads to nothing";
    if (strcmp(op, "test") == 0) {
        json_t *found = find(*root, path);
        return found && json_equal(found, value) ? NULL : "has another value";
    }
    return copy_or_move(root, path, text_member(operation, "from"), strcmp(op, "move") == 0);
}

json_t *json_patch(const json_t *target, const json_t *patch, struct json_patch_fault *fault) {
    size_t i;
    json_t *operation, *root = NULL;
    *fault = (struct json_patch_fault){.malformed = true, .member = ""};
    if (!json_is_array(patch) || json_array_size(patch) > JSON_PATCH_OPERATIONS) {
        fault->detail = "must be a list of at most 200 operations";
        return NULL;
    }
    json_array_foreach((json_t *)patch, i, operation) {
        fault->operation = i;
        if (is_malformed(operation, fault))
            return NULL;
    }
    *fault = (struct json_patch_fault){.member = "/path"};
    root = json_deep_copy(target);
    json_array_foreach((json_t *)patch, i, operation) {
        fault->operation = i;
        fault->detail = root ? apply(&root, operation) : NULL;
        if (!root || fault->detail) {
            json_decref(root);
            return NULL;
        }
    }
    return root;
}
