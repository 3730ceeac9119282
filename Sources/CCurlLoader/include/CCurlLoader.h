#pragma once

/// Why libcurl cannot be used on this machine, as a sentence; NULL when it can. Must be asked before any function of
/// libcurl is called. Loads the library at the first call; safe from any thread.
const char *cb_libcurl_problem(void);
