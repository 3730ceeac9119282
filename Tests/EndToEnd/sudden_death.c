/* Loaded before libc (LD_PRELOAD) by test_installer.py: ends the process as a power cut would, before its CB_TEST_KILL-th
   change of the file system. CB_TEST_KILL_ONLY counts some changes only: `directories`, or those of names that hold it. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static atomic_int changes;

static void change(const char *path, int is_directory) {
    const char *limit = getenv("CB_TEST_KILL"), *only = getenv("CB_TEST_KILL_ONLY");
    if (!limit || (only && (strcmp(only, "directories") ? !strstr(path, only) : !is_directory))) return;
    if (atomic_fetch_add(&changes, 1) + 1 == atoi(limit)) kill(getpid(), SIGKILL);
}

static void change_name(const char *path) {
    struct stat status;
    change(path, lstat(path, &status) == 0 && S_ISDIR(status.st_mode));
}

static void change_open(int file) {
    char link[32], path[PATH_MAX] = "";
    struct stat status;
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    if (fstat(file, &status) != 0 || readlink(link, path, sizeof path - 1) < 0) return;
    if (S_ISREG(status.st_mode) || S_ISDIR(status.st_mode)) change(path, S_ISDIR(status.st_mode));
}

#define REAL(name) __typeof__(name) *real = (__typeof__(name) *)dlsym(RTLD_NEXT, #name)

int rename(const char *from, const char *to) { REAL(rename); change_name(from); return real(from, to); }
int unlink(const char *path) { REAL(unlink); if (access(path, F_OK) == 0) change_name(path); return real(path); }
int rmdir(const char *path) { REAL(rmdir); if (access(path, F_OK) == 0) change_name(path); return real(path); }
int mkdir(const char *path, mode_t mode) { REAL(mkdir); change(path, 1); return real(path, mode); }
int symlink(const char *target, const char *path) { REAL(symlink); change(path, 0); return real(target, path); }
int chmod(const char *path, mode_t mode) { REAL(chmod); change_name(path); return real(path, mode); }
int fchmod(int file, mode_t mode) { REAL(fchmod); change_open(file); return real(file, mode); }
int fchown(int file, uid_t user, gid_t group) { REAL(fchown); change_open(file); return real(file, user, group); }
ssize_t write(int file, const void *bytes, size_t count) { REAL(write); change_open(file); return real(file, bytes, count); }

int open(const char *path, int flags, ...) {
    REAL(open);
    va_list rest;
    va_start(rest, flags);
    mode_t mode = flags & O_CREAT ? va_arg(rest, mode_t) : 0;
    va_end(rest);
    if (flags & O_CREAT) change(path, 0);
    return real(path, flags, mode);
}
