// The functions of libcurl that we call, each handing over to the real one, which is loaded when the first mail is
// sent. The types are those of libcurl's own header, so a wrapper that does not fit does not compile.
#include "CCurlLoader.h"

#define CURL_DISABLE_TYPECHECK 1
#include <curl/curl.h>
#include <dlfcn.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

// The header puts macros of the same names over the functions with variable arguments.
#undef curl_easy_getinfo
#undef curl_easy_setopt

#define FUNCTIONS(X)                                                                                                   \
    X(curl_easy_cleanup) X(curl_easy_getinfo) X(curl_easy_init) X(curl_easy_perform) X(curl_easy_setopt)               \
    X(curl_easy_strerror) X(curl_global_init) X(curl_slist_append) X(curl_slist_free_all)

static struct {
#define POINTER(name) __typeof__(&name) name;
    FUNCTIONS(POINTER)
} real;

static pthread_once_t once = PTHREAD_ONCE_INIT;
static const char *problem;
static char text[512];

static void load(void) {
    void *library = dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL);
    if (library == NULL) {
        snprintf(text, sizeof text,
                 "mail needs the library libcurl.so.4, which cannot be loaded (%s). Install it: "
                 "`apt install libcurl4` on Debian and Ubuntu, `dnf install libcurl` on Fedora",
                 dlerror());
        problem = text;
        return;
    }
#define FIND(name)                                                                                                     \
    real.name = (__typeof__(&name))dlsym(library, #name);                                                              \
    if (real.name == NULL) problem = "libcurl.so.4 lacks a function that mail needs; install a newer one";
    FUNCTIONS(FIND)
}

const char *cb_libcurl_problem(void) {
    pthread_once(&once, load);
    return problem;
}

// Whoever calls on without asking first has a bug that no caller can mend.
#define REAL(name) (cb_libcurl_problem() == NULL ? real.name : (abort(), real.name))

void curl_easy_cleanup(CURL *handle) { REAL(curl_easy_cleanup)(handle); }
CURL *curl_easy_init(void) { return REAL(curl_easy_init)(); }
CURLcode curl_easy_perform(CURL *handle) { return REAL(curl_easy_perform)(handle); }
const char *curl_easy_strerror(CURLcode code) { return REAL(curl_easy_strerror)(code); }
CURLcode curl_global_init(long flags) { return REAL(curl_global_init)(flags); }
struct curl_slist *curl_slist_append(struct curl_slist *list, const char *string) {
    return REAL(curl_slist_append)(list, string);
}
void curl_slist_free_all(struct curl_slist *list) { REAL(curl_slist_free_all)(list); }

// Every value of these two is a pointer, a long or a 64-bit number, and all of them travel as one 64-bit word.
_Static_assert(sizeof(long) == sizeof(void *) && sizeof(curl_off_t) == sizeof(void *), "one word for each value");
CURLcode curl_easy_setopt(CURL *handle, CURLoption option, ...) {
    va_list values;
    va_start(values, option);
    void *value = va_arg(values, void *);
    va_end(values);
    return REAL(curl_easy_setopt)(handle, option, value);
}
CURLcode curl_easy_getinfo(CURL *handle, CURLINFO info, ...) {
    va_list values;
    va_start(values, info);
    void *value = va_arg(values, void *);
    va_end(values);
    return REAL(curl_easy_getinfo)(handle, info, value);
}
