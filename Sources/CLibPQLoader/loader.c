// The functions of libpq that we call, each handing over to the real one, which is loaded when PostgreSQL is used for
// the first time. The types are those of libpq's own header, so a wrapper that does not fit does not compile.
#include "CLibPQLoader.h"

#include <dlfcn.h>
#include <libpq-fe.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#define FUNCTIONS(X)                                                                                                   \
    X(PQclear) X(PQcmdStatus) X(PQcmdTuples) X(PQconnectdbParams) X(PQconninfoFree) X(PQconninfoParse)                 \
    X(PQenterPipelineMode) X(PQerrorMessage) X(PQexec) X(PQexecParams) X(PQexecPrepared) X(PQexitPipelineMode)         \
    X(PQfinish) X(PQfname) X(PQfreemem) X(PQftype) X(PQgetResult) X(PQgetisnull) X(PQgetlength) X(PQgetvalue)          \
    X(PQnfields) X(PQntuples) X(PQpipelineSync) X(PQprepare) X(PQresultErrorField) X(PQresultErrorMessage)             \
    X(PQresultStatus) X(PQsendPrepare) X(PQsendQuery) X(PQsendQueryParams) X(PQsendQueryPrepared)                      \
    X(PQsetNoticeProcessor) X(PQstatus)

static struct {
#define POINTER(name) __typeof__(&name) name;
    FUNCTIONS(POINTER)
} real;

static pthread_once_t once = PTHREAD_ONCE_INIT;
static const char *problem;
static char text[512];

static void load(void) {
    void *library = dlopen("libpq.so.5", RTLD_NOW | RTLD_LOCAL);
    if (library == NULL) {
        snprintf(text, sizeof text,
                 "PostgreSQL needs the library libpq.so.5, which cannot be loaded (%s). Install it: "
                 "`apt install libpq5` on Debian and Ubuntu, `dnf install libpq` on Fedora",
                 dlerror());
        problem = text;
        return;
    }
#define FIND(name)                                                                                                     \
    real.name = (__typeof__(&name))dlsym(library, #name);                                                              \
    if (real.name == NULL) problem = "libpq.so.5 is older than version 14; install a newer one";
    FUNCTIONS(FIND)
}

const char *cb_libpq_problem(void) {
    pthread_once(&once, load);
    return problem;
}

// Whoever calls on without asking first has a bug that no caller can mend.
#define REAL(name) (cb_libpq_problem() == NULL ? real.name : (abort(), real.name))

void PQclear(PGresult *result) { REAL(PQclear)(result); }
char *PQcmdStatus(PGresult *result) { return REAL(PQcmdStatus)(result); }
char *PQcmdTuples(PGresult *result) { return REAL(PQcmdTuples)(result); }
PGconn *PQconnectdbParams(const char *const *keywords, const char *const *values, int expand) {
    return REAL(PQconnectdbParams)(keywords, values, expand);
}
void PQconninfoFree(PQconninfoOption *options) { REAL(PQconninfoFree)(options); }
PQconninfoOption *PQconninfoParse(const char *info, char **message) { return REAL(PQconninfoParse)(info, message); }
int PQenterPipelineMode(PGconn *connection) { return REAL(PQenterPipelineMode)(connection); }
char *PQerrorMessage(const PGconn *connection) { return REAL(PQerrorMessage)(connection); }
PGresult *PQexec(PGconn *connection, const char *query) { return REAL(PQexec)(connection, query); }
PGresult *PQexecParams(PGconn *connection, const char *command, int count, const Oid *types, const char *const *values,
                       const int *lengths, const int *formats, int format) {
    return REAL(PQexecParams)(connection, command, count, types, values, lengths, formats, format);
}
PGresult *PQexecPrepared(PGconn *connection, const char *name, int count, const char *const *values, const int *lengths,
                         const int *formats, int format) {
    return REAL(PQexecPrepared)(connection, name, count, values, lengths, formats, format);
}
int PQexitPipelineMode(PGconn *connection) { return REAL(PQexitPipelineMode)(connection); }
void PQfinish(PGconn *connection) { REAL(PQfinish)(connection); }
char *PQfname(const PGresult *result, int field) { return REAL(PQfname)(result, field); }
void PQfreemem(void *pointer) { REAL(PQfreemem)(pointer); }
Oid PQftype(const PGresult *result, int field) { return REAL(PQftype)(result, field); }
PGresult *PQgetResult(PGconn *connection) { return REAL(PQgetResult)(connection); }
int PQgetisnull(const PGresult *result, int row, int field) { return REAL(PQgetisnull)(result, row, field); }
int PQgetlength(const PGresult *result, int row, int field) { return REAL(PQgetlength)(result, row, field); }
char *PQgetvalue(const PGresult *result, int row, int field) { return REAL(PQgetvalue)(result, row, field); }
int PQnfields(const PGresult *result) { return REAL(PQnfields)(result); }
int PQntuples(const PGresult *result) { return REAL(PQntuples)(result); }
int PQpipelineSync(PGconn *connection) { return REAL(PQpipelineSync)(connection); }
PGresult *PQprepare(PGconn *connection, const char *name, const char *query, int count, const Oid *types) {
    return REAL(PQprepare)(connection, name, query, count, types);
}
char *PQresultErrorField(const PGresult *result, int code) { return REAL(PQresultErrorField)(result, code); }
char *PQresultErrorMessage(const PGresult *result) { return REAL(PQresultErrorMessage)(result); }
ExecStatusType PQresultStatus(const PGresult *result) { return REAL(PQresultStatus)(result); }
int PQsendPrepare(PGconn *connection, const char *name, const char *query, int count, const Oid *types) {
    return REAL(PQsendPrepare)(connection, name, query, count, types);
}
int PQsendQuery(PGconn *connection, const char *query) { return REAL(PQsendQuery)(connection, query); }
int PQsendQueryParams(PGconn *connection, const char *command, int count, const Oid *types, const char *const *values,
                      const int *lengths, const int *formats, int format) {
    return REAL(PQsendQueryParams)(connection, command, count, types, values, lengths, formats, format);
}
int PQsendQueryPrepared(PGconn *connection, const char *name, int count, const char *const *values, const int *lengths,
                        const int *formats, int format) {
    return REAL(PQsendQueryPrepared)(connection, name, count, values, lengths, formats, format);
}
PQnoticeProcessor PQsetNoticeProcessor(PGconn *connection, PQnoticeProcessor processor, void *argument) {
    return REAL(PQsetNoticeProcessor)(connection, processor, argument);
}
ConnStatusType PQstatus(const PGconn *connection) { return REAL(PQstatus)(connection); }
