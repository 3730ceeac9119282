/* Loaded before libc (LD_PRELOAD) by crash.py: writes down what happens to the files below CB_TEST_ROOT, with the bytes
   from before and after, so that a power cut can be played afterwards: what was not synced is taken back.

   The record is CB_TEST_JOURNAL: fixed heads, each followed by its bytes, in the order of what happened. One lock is held
   around an act and its record. A process killed between the two has told nobody of the act. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum { WRITE = 1, TRUNCATE, SYNC, CREATE, RENAME, UNLINK, SYNC_FOLDER };

struct head {
    uint32_t kind, first, second, reserved; /* lengths of the two parts that follow */
    uint64_t inode, offset, size;           /* size: of the file before the act */
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int journal = -1;
static char root[PATH_MAX];
static size_t root_length;

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

__attribute__((constructor)) static void begin(void) {
    const char *place = getenv("CB_TEST_JOURNAL"), *below = getenv("CB_TEST_ROOT");
    if (!place || !below || !realpath(below, root)) return;
    root_length = strlen(root);
    journal = syscall(SYS_openat, AT_FDCWD, place, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

static int is_ours(const char *path) {
    size_t length = strlen(path);
    if (journal < 0 || strncmp(path, root, root_length) != 0) return 0;
    /* The shared memory of SQLite is no data: it is made anew from the log. */
    return !(length > 4 && strcmp(path + length - 4, "-shm") == 0);
}

static int path_of(int file, char *path) {
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = readlink(link, path, PATH_MAX - 1);
    if (length <= 0) return 0;
    path[length] = 0;
    return is_ours(path);
}

static void put(struct head head, const void *first, const void *second) {
    struct iovec parts[3] = {
        {&head, sizeof head}, {(void *)first, head.first}, {(void *)second, head.second}};
    if (syscall(SYS_writev, journal, parts, 3) < 0) abort();
}

/* Whether the act is one to be written down; gives the file's inode and size. */
static int watched(int file, struct head *head) {
    char path[PATH_MAX];
    struct stat about;
    if (journal < 0 || !path_of(file, path) || fstat(file, &about) != 0) return 0;
    head->inode = about.st_ino;
    head->size = about.st_size;
    return S_ISREG(about.st_mode) ? 1 : S_ISDIR(about.st_mode) ? 2 : 0;
}

static ssize_t put_and_write(int file, const void *bytes, size_t count, off_t offset, int moves) {
    struct head head = {.kind = WRITE};
    pthread_mutex_lock(&lock);
    if (watched(file, &head) == 1) {
        int flags = fcntl(file, F_GETFL);
        head.offset = offset >= 0 ? (uint64_t)offset : flags & O_APPEND ? head.size : (uint64_t)lseek(file, 0, SEEK_CUR);
        char *before = malloc(count ? count : 1);
        char path[64];
        snprintf(path, sizeof path, "/proc/self/fd/%d", file);
        int reader = syscall(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC, 0);
        ssize_t had = reader < 0 ? 0 : syscall(SYS_pread64, reader, before, count, (off_t)head.offset);
        if (reader >= 0) syscall(SYS_close, reader);
        head.first = had > 0 ? had : 0;
        head.second = count;
        put(head, before, bytes);
        free(before);
    }
    ssize_t result = moves ? syscall(SYS_write, file, bytes, count) : syscall(SYS_pwrite64, file, bytes, count, offset);
    pthread_mutex_unlock(&lock);
    return result;
}

ssize_t write(int file, const void *bytes, size_t count) {
    char path[PATH_MAX];
    if (journal < 0 || file < 3 || !path_of(file, path)) return syscall(SYS_write, file, bytes, count);
    return put_and_write(file, bytes, count, -1, 1);
}

ssize_t pwrite64(int file, const void *bytes, size_t count, off64_t offset) {
    return put_and_write(file, bytes, count, offset, 0);
}

ssize_t pwrite(int file, const void *bytes, size_t count, off_t offset) {
    return put_and_write(file, bytes, count, offset, 0);
}

int ftruncate64(int file, off64_t length) {
    struct head head = {.kind = TRUNCATE, .offset = length};
    char *tail = NULL;
    pthread_mutex_lock(&lock);
    if (watched(file, &head) == 1) {
        if ((uint64_t)length < head.size) {
            head.first = head.size - length;
            tail = malloc(head.first);
            if (syscall(SYS_pread64, file, tail, (size_t)head.first, length) < 0) head.first = 0;
        }
        put(head, tail, NULL);
        free(tail);
    }
    int result = syscall(SYS_ftruncate, file, length);
    pthread_mutex_unlock(&lock);
    return result;
}

int ftruncate(int file, off_t length) { return ftruncate64(file, length); }

static int sync_file(int file, long call) {
    struct head head = {0};
    /* A daemon that forgets to sync: the campaign has to notice. */
    if (getenv("CB_TEST_NEVER_SYNC")) return 0;
    pthread_mutex_lock(&lock);
    int kind = watched(file, &head);
    int result = syscall(call, file);
    if (result == 0 && kind) {
        head.kind = kind == 1 ? SYNC : SYNC_FOLDER;
        put(head, NULL, NULL);
    }
    pthread_mutex_unlock(&lock);
    return result;
}

int fsync(int file) { return sync_file(file, SYS_fsync); }
int fdatasync(int file) { return sync_file(file, SYS_fdatasync); }

static uint64_t folder_of(const char *path) {
    char folder[PATH_MAX];
    struct stat about;
    snprintf(folder, sizeof folder, "%s", path);
    char *slash = strrchr(folder, '/');
    if (!slash) return 0;
    *slash = 0;
    return stat(folder, &about) == 0 ? about.st_ino : 0;
}

static int open_file(int folder, const char *path, int flags, mode_t mode) {
    if (journal < 0 || path[0] != '/' || !is_ours(path) || !(flags & (O_CREAT | O_TRUNC)))
        return syscall(SYS_openat, folder, path, flags, mode);
    struct stat about;
    pthread_mutex_lock(&lock);
    int existed = stat(path, &about) == 0;
    if (existed && flags & O_TRUNC && about.st_size > 0) {
        int old = syscall(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC, 0);
        char *bytes = malloc(about.st_size);
        struct head head = {.kind = TRUNCATE, .inode = about.st_ino, .size = about.st_size};
        if (old >= 0 && syscall(SYS_pread64, old, bytes, (size_t)about.st_size, 0L) == about.st_size)
            head.first = about.st_size;
        put(head, bytes, NULL);
        free(bytes);
        if (old >= 0) syscall(SYS_close, old);
    }
    int file = syscall(SYS_openat, folder, path, flags, mode);
    if (file >= 0 && !existed && fstat(file, &about) == 0) {
        struct head head = {.kind = CREATE, .inode = about.st_ino, .offset = folder_of(path), .first = strlen(path)};
        put(head, path, NULL);
    }
    pthread_mutex_unlock(&lock);
    return file;
}

#define MODE(flags)                                   \
    mode_t mode = 0;                                  \
    if ((flags) & (O_CREAT | __O_TMPFILE)) {          \
        va_list more;                                 \
        va_start(more, flags);                        \
        mode = va_arg(more, mode_t);                  \
        va_end(more);                                 \
    }

int open(const char *path, int flags, ...) { MODE(flags) return open_file(AT_FDCWD, path, flags, mode); }
int open64(const char *path, int flags, ...) { MODE(flags) return open_file(AT_FDCWD, path, flags | O_LARGEFILE, mode); }
int openat(int folder, const char *path, int flags, ...) { MODE(flags) return open_file(folder, path, flags, mode); }

int rename(const char *from, const char *to) {
    struct stat about, replaced;
    if (journal < 0 || !is_ours(to) || stat(from, &about) != 0) return REAL(rename)(from, to);
    pthread_mutex_lock(&lock);
    struct head head = {.kind = RENAME, .inode = about.st_ino, .offset = folder_of(to),
        .first = strlen(from), .second = strlen(to)};
    if (stat(to, &replaced) == 0) {
        /* What the new name meant before is kept under the number of its inode. */
        char kept[PATH_MAX + 64];
        snprintf(kept, sizeof kept, "%s.%lu", getenv("CB_TEST_JOURNAL"), (unsigned long)replaced.st_ino);
        head.size = link(to, kept) == 0 ? replaced.st_ino : 0;
    }
    put(head, from, to);
    int result = REAL(rename)(from, to);
    pthread_mutex_unlock(&lock);
    return result;
}

int unlink(const char *path) {
    struct stat about;
    if (journal < 0 || !is_ours(path) || stat(path, &about) != 0) return REAL(unlink)(path);
    pthread_mutex_lock(&lock);
    char kept[PATH_MAX + 64];
    snprintf(kept, sizeof kept, "%s.%lu", getenv("CB_TEST_JOURNAL"), (unsigned long)about.st_ino);
    struct head head = {.kind = UNLINK, .inode = about.st_ino, .offset = folder_of(path), .first = strlen(path)};
    head.size = link(path, kept) == 0 ? about.st_ino : 0;
    put(head, path, NULL);
    int result = REAL(unlink)(path);
    pthread_mutex_unlock(&lock);
    return result;
}
