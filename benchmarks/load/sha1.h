/* Required by section 4.2.2 of RFC 6455; not used to protect a secret. */
#ifndef SHA1_H
#define SHA1_H

#include <stddef.h>

void sha1(const unsigned char *data, size_t length, unsigned char digest[20]);

#endif
