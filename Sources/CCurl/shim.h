#pragma once
/* curl_easy_setopt is variadic and hidden behind a type-checking macro; Swift imports neither. One wrapper for each
   kind of argument takes their place. */
#define CURL_DISABLE_TYPECHECK 1
#include <curl/curl.h>

static inline CURLcode cb_curl_global(void) { return curl_global_init(CURL_GLOBAL_DEFAULT); }
static inline CURLcode cb_curl_number(CURL *handle, CURLoption option, long value) {
    return curl_easy_setopt(handle, option, value);
}
static inline CURLcode cb_curl_text(CURL *handle, CURLoption option, const char *value) {
    return curl_easy_setopt(handle, option, value);
}
static inline CURLcode cb_curl_list(CURL *handle, CURLoption option, struct curl_slist *value) {
    return curl_easy_setopt(handle, option, value);
}
/* The bytes are copied. */
static inline CURLcode cb_curl_bytes(CURL *handle, CURLoption option, const void *bytes, size_t count) {
    struct curl_blob blob;
    blob.data = (void *)bytes;
    blob.len = count;
    blob.flags = CURL_BLOB_COPY;
    return curl_easy_setopt(handle, option, &blob);
}

typedef size_t (*cb_curl_reader)(char *buffer, size_t size, size_t count, void *context);
typedef int (*cb_curl_tracer)(CURL *handle, curl_infotype kind, char *bytes, size_t count, void *context);
typedef int (*cb_curl_progress)(void *context, curl_off_t, curl_off_t, curl_off_t, curl_off_t);

static inline CURLcode cb_curl_read(CURL *handle, cb_curl_reader reader, void *context) {
    CURLcode code = curl_easy_setopt(handle, CURLOPT_READFUNCTION, reader);
    return code ? code : curl_easy_setopt(handle, CURLOPT_READDATA, context);
}
static inline CURLcode cb_curl_trace(CURL *handle, cb_curl_tracer tracer, void *context) {
    CURLcode code = curl_easy_setopt(handle, CURLOPT_DEBUGFUNCTION, tracer);
    if (!code) code = curl_easy_setopt(handle, CURLOPT_DEBUGDATA, context);
    return code ? code : curl_easy_setopt(handle, CURLOPT_VERBOSE, 1L);
}
static inline CURLcode cb_curl_watch(CURL *handle, cb_curl_progress progress, void *context) {
    CURLcode code = curl_easy_setopt(handle, CURLOPT_XFERINFOFUNCTION, progress);
    if (!code) code = curl_easy_setopt(handle, CURLOPT_XFERINFODATA, context);
    return code ? code : curl_easy_setopt(handle, CURLOPT_NOPROGRESS, 0L);
}
static inline long cb_curl_response(CURL *handle) {
    long code = 0;
    curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &code);
    return code;
}
static inline long cb_curl_verify_result(CURL *handle) {
    long code = 0;
    curl_easy_getinfo(handle, CURLINFO_SSL_VERIFYRESULT, &code);
    return code;
}
