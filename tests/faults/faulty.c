/*
 * What the service's own code asks of memory and of the database goes through here in
 * `unknot-faulty` (--wrap), the service as it is but for that. A page shared with the test says
 * which call fails: the failing-th since it was armed, alone or with all after it.
 */
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <libpq-fe.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* In the order the test writes and reads: numbers of eight bytes. */
struct faults {
    atomic_long armed;
    struct {
        atomic_long taken, failing;
    } memory, statements;
    atomic_long forever;
    atomic_long kind; /* how a statement fails: 0 an error, 1 the connection ends */
};

static struct faults nothing, *faults = &nothing;

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *old, size_t size);
char *__real_strdup(const char *text);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *old, size_t size);
char *__wrap_strdup(const char *text);
void __wrap_json_set_alloc_funcs(json_malloc_t take, json_free_t give);
void __real_json_set_alloc_funcs(json_malloc_t take, json_free_t give);
int __wrap_PQsendQueryParams(PGconn *pg, const char *sql, int count, const Oid *types,
                             const char *const *values, const int *lengths, const int *formats,
                             int result_format);
int __real_PQsendQueryParams(PGconn *pg, const char *sql, int count, const Oid *types,
                             const char *const *values, const int *lengths, const int *formats,
                             int result_format);
int __wrap_PQsendQueryPrepared(PGconn *pg, const char *name, int count, const char *const *values,
                               const int *lengths, const int *formats, int result_format);
int __real_PQsendQueryPrepared(PGconn *pg, const char *name, int count, const char *const *values,
                               const int *lengths, const int *formats, int result_format);

static bool fails(atomic_long *taken, const atomic_long *failing) {
    if (!atomic_load(&faults->armed))
        return false;
    long number = atomic_fetch_add(taken, 1) + 1, chosen = atomic_load(failing);
    return number == chosen || (chosen && number > chosen && atomic_load(&faults->forever));
}

/* jansson's own calls are in a library, where no --wrap reaches: it uses malloc as seen from here,
 * or what the service told it to use, which calls malloc from here. */
static json_malloc_t take_json = __wrap_malloc;
static json_free_t give_json = free;

/* Libraries set jansson's functions after us, too. */
static void take_jansson(void) {
    static atomic_bool taken;
    if (!atomic_exchange(&taken, true))
        __real_json_set_alloc_funcs(take_json, give_json);
}

static bool memory_fails(void) {
    bool now = fails(&faults->memory.taken, &faults->memory.failing);
    if (atomic_load(&faults->armed))
        take_jansson();
    if (now)
        errno = ENOMEM;
    return now;
}

/* Before main, and so before any thread. */
__attribute__((constructor)) static void attach(void) {
    const char *path = getenv("UNKNOT_FAULTS");
    int fd = path ? open(path, O_RDWR | O_CLOEXEC) : -1;
    void *page =
        fd < 0 ? MAP_FAILED : mmap(NULL, sizeof *faults, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (fd >= 0)
        (void)close(fd);
    if (page != MAP_FAILED)
        faults = page;
    __real_json_set_alloc_funcs(take_json, give_json);
}

void *__wrap_malloc(size_t size) {
    return memory_fails() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size) {
    return memory_fails() ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *old, size_t size) {
    return memory_fails() ? NULL : __real_realloc(old, size);
}

char *__wrap_strdup(const char *text) {
    return memory_fails() ? NULL : __real_strdup(text);
}

void __wrap_json_set_alloc_funcs(json_malloc_t take, json_free_t give) {
    take_json = take;
    give_json = give;
    __real_json_set_alloc_funcs(take, give);
}

/* ---- the database ---- */

/* In place of a statement: 53100 is a full disk. */
static int send_failure(PGconn *pg) {
    static const char full[] =
        "DO $$ BEGIN RAISE EXCEPTION 'no room left' USING ERRCODE = '53100'; END $$";
    static const char gone[] =
        "SELECT pg_catalog.pg_terminate_backend(pg_catalog.pg_backend_pid())";
    return __real_PQsendQueryParams(pg, atomic_load(&faults->kind) ? gone : full, 0, NULL, NULL,
                                    NULL, NULL, 0);
}

static bool statement_fails(void) {
    return fails(&faults->statements.taken, &faults->statements.failing);
}

int __wrap_PQsendQueryParams(PGconn *pg, const char *sql, int count, const Oid *types,
                             const char *const *values, const int *lengths, const int *formats,
                             int result_format) {
    if (!statement_fails())
        return __real_PQsendQueryParams(pg, sql, count, types, values, lengths, formats,
                                        result_format);
    /* A COMMIT that fails has ended its transaction; without one it would stay open. */
    if (strcmp(sql, "COMMIT") == 0 && !atomic_load(&faults->kind))
        return __real_PQsendQueryParams(pg, "ROLLBACK", 0, NULL, NULL, NULL, NULL, 0);
    return send_failure(pg);
}

int __wrap_PQsendQueryPrepared(PGconn *pg, const char *name, int count, const char *const *values,
                               const int *lengths, const int *formats, int result_format) {
    return statement_fails() ? send_failure(pg)
                             : __real_PQsendQueryPrepared(pg, name, count, values, lengths, formats,
                                                          result_format);
}
