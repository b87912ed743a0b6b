// SPDX-License-Identifier: GPL-2.0
/* libFuzzer: lab files, as "nsbridge lab up --plan" reads them and "nsbridge lab
 * graph" draws them. What comes out goes nowhere.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "../../user/lab/file.h"
#include "../../user/lab/graph.h"
#include "../../user/lab/plan.h"
#include "../../user/lab/script.h"
#include "fuzzer.h"

/* A thousand are as good as a million, and the library has no limit. */
static bool too_many(const uint8_t *data, size_t size)
{
	static const char word[] = "replicas";
	const uint8_t *at = data, *end = data + size;
	int digits;

	while ((at = memmem(at, end - at, word, sizeof(word) - 1))) {
		at += sizeof(word) - 1;
		for (digits = 0; at < end && *at != '\n'; at++)
			digits += *at >= '0' && *at <= '9';
		if (digits > 3)
			return true;
	}
	return false;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const formats[] = { "text", "dot", "mermaid", "svg" };
	static unsigned int turn;
	struct lab lab;
	char path[32];
	int fd;

	if (too_many(data, size))
		return 0;
	fd = memfd_create("lab", 0);
	if (fd < 0 || write(fd, data, size) != (ssize_t)size)
		abort();
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (!lab_load(&lab, path) && !lab_plan(&lab)) {
		lab_script(&lab);
		lab_graph(&lab, formats[turn++ % 4]);
	}
	lab_free(&lab);
	close(fd);
	return 0;
}
