/* stub */
#include <check.h>
#include <stdlib.h>
Suite *out_of_memory_suite(void);
void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *old, size_t size);
char *__real_strdup(const char *text);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *old, size_t size);
char *__wrap_strdup(const char *text);
void *__wrap_malloc(size_t size) { return __real_malloc(size); }
void *__wrap_calloc(size_t count, size_t size) { return __real_calloc(count, size); }
void *__wrap_realloc(void *old, size_t size) { return __real_realloc(old, size); }
char *__wrap_strdup(const char *text) { return __real_strdup(text); }
Suite *out_of_memory_suite(void) { return suite_create("out_of_memory"); }
