// SPDX-License-Identifier: GPL-2.0
/* Settings of a link kind, read from and printed for "ip". */
#include <string.h>
#include <linux/if_nsbridge.h>
#include "setting.h"

/* As much as "ip" itself fills of its request. */
#define REQ_MAX		1024

static void bad_value(const char *kind, const struct setting *s,
		      const char *arg)
{
	fprintf(stderr, "%s: \"%s\" is no value for \"%s\": it takes %s\n",
		kind, arg, s->name, s->help);
}

/* The settings that are one of a few words, and a u8 for the kernel. */
static bool is_word(const struct setting *s)
{
	return s->form == SETTING_SWITCH || s->form == SETTING_SWITCH_AUTO ||
	       s->form == SETTING_BIT || s->form == SETTING_VERDICT;
}

static const char *word_of(const struct setting *s, uint64_t val)
{
	if (s->form == SETTING_VERDICT)
		return val ? "deny" : "allow";
	if (s->form == SETTING_SWITCH_AUTO && val == NSBRIDGE_PORT_FLOOD_AUTO)
		return "auto";
	return val ? "on" : "off";
}

static int add_word(const char *kind, const struct setting *s, char *arg,
		    struct nlmsghdr *n)
{
	bool verdict = s->form == SETTING_VERDICT;
	__u8 val;

	if (!strcmp(arg, word_of(s, 1)) || (!verdict && !strcmp(arg, "1"))) {
		val = 1;
	} else if (!strcmp(arg, word_of(s, 0)) ||
		   (!verdict && !strcmp(arg, "0"))) {
		val = 0;
	} else if (s->form == SETTING_SWITCH_AUTO && !strcmp(arg, "auto")) {
		val = NSBRIDGE_PORT_FLOOD_AUTO;
	} else {
		bad_value(kind, s, arg);
		return -1;
	}
	return addattr_l(n, REQ_MAX, s->attr, &val, sizeof(val));
}

static bool is_u16(const struct setting *s)
{
	return s->form == SETTING_U16 || s->form == SETTING_U16_HEX;
}

static int add_number(const char *kind, const struct setting *s, char *arg,
		      struct nlmsghdr *n)
{
	__u32 val;
	__u16 half;

	if (get_u32(&val, arg, 0) ||
	    (is_u16(s) && val > 0xffff)) {
		bad_value(kind, s, arg);
		return -1;
	}
	if (!is_u16(s))
		return addattr_l(n, REQ_MAX, s->attr, &val, sizeof(val));
	half = val;
	return addattr_l(n, REQ_MAX, s->attr, &half, sizeof(half));
}

static const struct setting *find(const struct setting *set, const char *name)
{
	for (; set->name; set++)
		if (!strcmp(set->name, name) && !set->read_only)
			return set;
	return NULL;
}

int setting_parse(const char *kind, const struct setting *set, int argc,
		  char **argv, struct nlmsghdr *n)
{
	const struct setting *s;
	int err;

	for (; argc > 0; argc -= 2, argv += 2) {
		s = find(set, argv[0]);
		if (!s) {
			fprintf(stderr,
				"%s: no setting \"%s\": see \"ip link help %s\"\n",
				kind, argv[0], kind);
			return -1;
		}
		if (argc < 2) {
			fprintf(stderr, "%s: \"%s\" needs a value: %s\n",
				kind, s->name, s->help);
			return -1;
		}
		if (is_word(s))
			err = add_word(kind, s, argv[1], n);
		else
			err = add_number(kind, s, argv[1], n);
		if (err)
			return -1;
	}
	return 0;
}

static uint64_t number(const struct rtattr *attr)
{
	uint64_t u64 = 0;
	uint32_t u32 = 0;
	uint16_t u16 = 0;

	/* Attributes are aligned to 4 bytes, which is too little for a u64. */
	switch (RTA_PAYLOAD(attr)) {
	case 0:
		return 0;
	case 1:
		return *(const uint8_t *)RTA_DATA(attr);
	case 2:
		memcpy(&u16, RTA_DATA(attr), sizeof(u16));
		return u16;
	case 4:
		memcpy(&u32, RTA_DATA(attr), sizeof(u32));
		return u32;
	default:
		if (RTA_PAYLOAD(attr) >= sizeof(u64))
			memcpy(&u64, RTA_DATA(attr), sizeof(u64));
		return u64;
	}
}

static void print_text(const struct setting *s, FILE *fp, uint64_t val)
{
	switch (s->form) {
	case SETTING_SWITCH:
	case SETTING_SWITCH_AUTO:
	case SETTING_VERDICT:
		fprintf(fp, "%s %s ", s->name, word_of(s, val));
		break;
	case SETTING_U16_HEX:
		fprintf(fp, "%s %#llx ", s->name, (unsigned long long)val);
		break;
	case SETTING_S32:
		fprintf(fp, "%s %d ", s->name, (int32_t)val);
		break;
	case SETTING_BIT:
	case SETTING_U16:
	case SETTING_U32:
	case SETTING_U64:
		fprintf(fp, "%s %llu ", s->name, (unsigned long long)val);
		break;
	}
}

static void print_json(const struct setting *s, uint64_t val)
{
	char hex[16];

	switch (s->form) {
	case SETTING_SWITCH:
		print_color_bool(PRINT_JSON, 0, s->name, NULL, val);
		break;
	case SETTING_SWITCH_AUTO:
	case SETTING_VERDICT:
		print_color_string(PRINT_JSON, 0, s->name, NULL,
				   word_of(s, val));
		break;
	case SETTING_U16_HEX:
		/* A string, as "ip" shows this setting of a stock bridge. */
		snprintf(hex, sizeof(hex), "%#x", (unsigned int)val);
		print_color_string(PRINT_JSON, 0, s->name, NULL, hex);
		break;
	case SETTING_S32:
		print_color_s64(PRINT_JSON, 0, s->name, NULL, (int32_t)val);
		break;
	case SETTING_BIT:
	case SETTING_U16:
	case SETTING_U32:
	case SETTING_U64:
		print_color_u64(PRINT_JSON, 0, s->name, NULL, val);
		break;
	}
}

void setting_print(const struct setting *set, FILE *fp, struct rtattr **tb)
{
	if (!tb)
		return;
	for (; set->name; set++) {
		if (!tb[set->attr])
			continue;
		if (is_json_context())
			print_json(set, number(tb[set->attr]));
		else
			print_text(set, fp, number(tb[set->attr]));
	}
}

void setting_help(const char *usage, const struct setting *set, FILE *fp)
{
	fprintf(fp, "Usage: %s\n", usage);
	for (; set->name; set++)
		if (!set->read_only)
			fprintf(fp, "\t\t[ %s %s ]\n", set->name, set->help);
}
