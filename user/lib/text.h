/* SPDX-License-Identifier: GPL-2.0 */
/* Text in columns: how wide it is on a terminal, which is not its bytes. */
#ifndef NSB_TEXT_H
#define NSB_TEXT_H

#include <stdbool.h>

int text_width(const char *text);
/* Prints it with blanks behind it, or before it, up to a width. */
void text_pad(const char *text, int width, bool right);

#endif /* NSB_TEXT_H */
