#pragma once
#include <systemd/sd-daemon.h>
/* The location macros would hide the functions behind variants that take a file and line of C. */
#define SD_JOURNAL_SUPPRESS_LOCATION
#include <systemd/sd-journal.h>

#include <malloc.h>

// malloc.h is not in Swift's Glibc module.
static inline void cb_heap_limit_arenas(int arenas) { mallopt(M_ARENA_MAX, arenas); }
static inline void cb_heap_trim(void) { malloc_trim(0); }
