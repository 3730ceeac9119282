#pragma once
#include <systemd/sd-daemon.h>
/* The location macros would hide the functions behind variants that take a file and line of C. */
#define SD_JOURNAL_SUPPRESS_LOCATION
#include <systemd/sd-journal.h>
