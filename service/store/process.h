/* Other programs, run and waited for. Only while this process has one thread. */
#ifndef UNKNOT_STORE_PROCESS_H
#define UNKNOT_STORE_PROCESS_H

#include <stddef.h>
#include <sys/types.h>

/* fork(); the child has signals and environment as a fresh program expects them, without the
 * variables that start with PG or UNKNOT_: those are meant for us. */
pid_t process_fork(void);

/* Runs argv (argv[0] is a path). `output` (may be NULL: passed through) gets the beginning of what
 * it says on both streams. The exit code; 127: cannot be run; 128 + n: ended by signal n. */
int process_run(const char *const *argv, char *output, size_t size);

/* The exit code of a wait status, as above. */
int process_code(int wait_status);

void process_sleep_ms(long ms);

#endif
