/* SPDX-License-Identifier: GPL-2.0 */
/* What clang's libFuzzer calls. */
#ifndef NSB_FUZZER_H
#define NSB_FUZZER_H

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif /* NSB_FUZZER_H */
