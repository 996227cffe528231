/* What is in memory stays there: keys, tokens, passwords, and what people said about themselves. */
#ifndef UNKNOT_BASE_CORE_DUMP_H
#define UNKNOT_BASE_CORE_DUMP_H

/* From now on this process writes no core dump, hands none to a collector, and lets nobody but root
   look into its memory. Children keep the first two until they run another program. */
void core_dump_forbid(void);

#endif
