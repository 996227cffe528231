/* One arena a thread, worn in by the requests it serves. */
#ifndef UNKNOT_BASE_THREAD_ARENA_H
#define UNKNOT_BASE_THREAD_ARENA_H

#include "base/arena.h"

/*
 * The calling thread's arena, emptied: whatever was taken from it before is gone. NULL without
 * memory. Freed when the thread ends; the main thread, which never ends that way, calls
 * thread_arena_end().
 */
struct arena *thread_arena(void) MUST_CHECK;
void thread_arena_end(void);

#endif
