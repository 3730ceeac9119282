/* Loaded before libc (LD_PRELOAD) by test_certificates.py: moves the clock by CB_TEST_CLOCK seconds, and ends the process
   as a power cut would before its CB_TEST_KILL-th change of a name below a folder named certs. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static atomic_int changes;

static void change(const char *path) {
    const char *limit = getenv("CB_TEST_KILL");
    if (limit && strstr(path, "/certs/") && atomic_fetch_add(&changes, 1) + 1 == atoi(limit)) kill(getpid(), SIGKILL);
}

int rename(const char *from, const char *to) {
    int (*real)(const char *, const char *) = (int (*)(const char *, const char *))dlsym(RTLD_NEXT, "rename");
    change(to);
    return real(from, to);
}

int unlink(const char *path) {
    int (*real)(const char *) = (int (*)(const char *))dlsym(RTLD_NEXT, "unlink");
    /* Looking for what is not there changes nothing. */
    if (access(path, F_OK) == 0) change(path);
    return real(path);
}

int clock_gettime(clockid_t clock, struct timespec *moment) {
    int (*real)(clockid_t, struct timespec *) =
        (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
    int result = real(clock, moment);
    const char *seconds = getenv("CB_TEST_CLOCK");
    if (result == 0 && clock == CLOCK_REALTIME && seconds) moment->tv_sec += atoll(seconds);
    return result;
}
