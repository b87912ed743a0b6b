// SPDX-License-Identifier: GPL-2.0
/* Text in columns: how wide it is on a terminal, which is not its bytes. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>
#include "array.h"
#include "text.h"

int text_width(const char *text)
{
	wchar_t wide[256];
	int width = -1;
	size_t n;

	n = mbstowcs(wide, text, ARRAY_SIZE(wide));
	if (n != (size_t)-1 && n < ARRAY_SIZE(wide))
		width = wcswidth(wide, n);
	return width < 0 ? (int)strlen(text) : width;
}

void text_pad(const char *text, int width, bool right)
{
	int blanks = width - text_width(text);

	if (blanks < 0)
		blanks = 0;
	printf("%*s%s%*s", right ? blanks : 0, "", text, right ? 0 : blanks, "");
}
