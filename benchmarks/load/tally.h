#ifndef TALLY_H
#define TALLY_H

#include <stdbool.h>
#include <stdint.h>

void arm(int reading); /* so many readers are there */
void await(void);
void published(void);
void report(void);
bool tally_note(long long seq, long long *last, int64_t at); /* false: not armed */
void tally_tick(void);
bool tally_coming(void); /* what is waited for has begun to come */
void tally_waited(int64_t ns); /* in epoll_wait, and not at work */
void tally_lost(void); /* a reader that was counted on is gone */

#endif
