/* The clock, and quantiles of what it measured. */
#include "figures.h"

#include <time.h>

int64_t now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000000LL + t.tv_nsec;
}

int by_size(const void *a, const void *b) {
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

int64_t quantile(const int64_t *sorted, size_t count, double part) {
    return count ? sorted[(size_t)((double)(count - 1) * part + 0.5)] : 0;
}
