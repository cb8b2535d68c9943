/* The clock, and quantiles of measured times. */
#ifndef FIGURES_H
#define FIGURES_H

#include <stddef.h>
#include <stdint.h>

int64_t now(void); /* nanoseconds of CLOCK_MONOTONIC, which Python's monotonic_ns() is too */
int by_size(const void *a, const void *b); /* of int64_t, for qsort */
int64_t quantile(const int64_t *sorted, size_t count, double part);

#endif
