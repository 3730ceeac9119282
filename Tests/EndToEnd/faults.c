/* Loaded before libc (LD_PRELOAD) by test_faults.py: makes acts on chosen files fail, as long as a control file says so.

   CB_TEST_FAULTS names the control file: lines of `ACT ERROR PART`, where ACT is write, sync, read, open or access (for writing), ERROR a
   number of errno, and PART stands in the path of the file; or `clock SECONDS`, which moves the time of day. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static size_t control(char *text, size_t room) {
    const char *place = getenv("CB_TEST_FAULTS");
    int file = place ? syscall(SYS_openat, AT_FDCWD, place, O_RDONLY | O_CLOEXEC, 0) : -1;
    if (file < 0) return 0;
    ssize_t length = syscall(SYS_read, file, text, room - 1);
    syscall(SYS_close, file);
    text[length > 0 ? length : 0] = 0;
    return length > 0;
}

static int fails(const char *act, const char *path) {
    char text[4096], word[16], part[256];
    int number;
    if (!control(text, sizeof text)) return 0;
    for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n"))
        if (sscanf(line, "%15s %d %255s", word, &number, part) == 3 && strcmp(word, act) == 0 && strstr(path, part)) {
            errno = number;
            return 1;
        }
    return 0;
}

static int file_fails(const char *act, int file) {
    char link[64], path[PATH_MAX];
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length <= 0 || path[0] != '/') return 0;
    path[length] = 0;
    return fails(act, path);
}

ssize_t pwrite64(int file, const void *bytes, size_t count, off64_t offset) {
    return file_fails("write", file) ? -1 : syscall(SYS_pwrite64, file, bytes, count, offset);
}
ssize_t pwrite(int file, const void *bytes, size_t count, off_t offset) { return pwrite64(file, bytes, count, offset); }
ssize_t write(int file, const void *bytes, size_t count) {
    return file_fails("write", file) ? -1 : syscall(SYS_write, file, bytes, count);
}
ssize_t pread64(int file, void *bytes, size_t count, off64_t offset) {
    return file_fails("read", file) ? -1 : syscall(SYS_pread64, file, bytes, count, offset);
}
ssize_t pread(int file, void *bytes, size_t count, off_t offset) { return pread64(file, bytes, count, offset); }
int fsync(int file) { return file_fails("sync", file) ? -1 : syscall(SYS_fsync, file); }
int fdatasync(int file) { return file_fails("sync", file) ? -1 : syscall(SYS_fdatasync, file); }

int access(const char *path, int mode) {
    return (mode & W_OK) && fails("access", path) ? -1 : syscall(SYS_faccessat, AT_FDCWD, path, mode);
}

#define MODE(flags)                               \
    mode_t mode = 0;                              \
    if ((flags) & (O_CREAT | __O_TMPFILE)) {      \
        va_list more;                             \
        va_start(more, flags);                    \
        mode = va_arg(more, mode_t);              \
        va_end(more);                             \
    }

int open(const char *path, int flags, ...) {
    MODE(flags)
    return fails("open", path) ? -1 : syscall(SYS_openat, AT_FDCWD, path, flags, mode);
}
int open64(const char *path, int flags, ...) {
    MODE(flags)
    return fails("open", path) ? -1 : syscall(SYS_openat, AT_FDCWD, path, flags | O_LARGEFILE, mode);
}

int clock_gettime(clockid_t clock, struct timespec *moment) {
    int result = syscall(SYS_clock_gettime, clock, moment);
    char text[4096];
    if (result == 0 && clock == CLOCK_REALTIME && control(text, sizeof text)) {
        char *line = strstr(text, "clock ");
        if (line) moment->tv_sec += atoll(line + 6);
    }
    return result;
}
