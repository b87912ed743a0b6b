// SPDX-License-Identifier: GPL-2.0
/* nsbridge crossing top: the screen. */
#include <ncurses.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <wchar.h>
#include "../lib/array.h"
#include "../lib/err.h"
#include "../lib/text.h"
#include "crossing_top.h"

enum {
	HUE_COLD = 1,
	HUE_COOL,
	HUE_WARM,
	HUE_HOT,
	HUE_ALARM,
	HUE_HEAD,
	HUE_DIM,
};

#define NUMBER_WIDTH	9
#define LINK_MIN	4
#define NAME_MIN	10
#define NAME_MAX_SHOWN	32
#define GRAPH_MIN	12

struct screen {
	struct top *t;
	size_t first;		/* line at the top */
	bool paused;
	bool active;		/* only those that something crosses */
	bool help;
	bool colour;
	long looks;
	int link_width;
	int name_width;
	bool shown[COUNTS];
	double busiest;		/* rate of any, of what the graphs are of */
	const char *problem;	/* of the last look */
};

static volatile sig_atomic_t ended;

static void on_signal(int number)
{
	(void)number;
	ended = 1;
}

static attr_t hue(const struct screen *s, int pair)
{
	if (s->colour)
		return COLOR_PAIR(pair);
	return pair == HUE_ALARM || pair == HUE_HEAD ? A_BOLD : A_NORMAL;
}

static void colours(struct screen *s)
{
	const char *no = getenv("NO_COLOR");
	bool many;

	s->colour = !(no && *no) && has_colors() && start_color() == OK;
	if (!s->colour)
		return;
	use_default_colors();
	many = COLORS >= 256;
	/* To be read on black and on white. */
	init_pair(HUE_COLD, many ? 67 : COLOR_BLUE, -1);
	init_pair(HUE_COOL, many ? 30 : COLOR_CYAN, -1);
	init_pair(HUE_WARM, many ? 65 : COLOR_GREEN, -1);
	init_pair(HUE_HOT, many ? 136 : COLOR_YELLOW, -1);
	init_pair(HUE_ALARM, many ? 167 : COLOR_RED, -1);
	init_pair(HUE_HEAD, many ? 253 : COLOR_WHITE, many ? 238 : COLOR_BLUE);
	init_pair(HUE_DIM, many ? 244 : COLOR_WHITE, -1);
}

/* By powers of ten below the busiest. */
static int heat(double val, double max)
{
	if (val <= 0)
		return HUE_DIM;
	if (val >= max / 3)
		return HUE_HOT;
	if (val >= max / 30)
		return HUE_WARM;
	return val >= max / 1000 ? HUE_COOL : HUE_COLD;
}

static void put_number(struct screen *s, double val, double max, bool alarm)
{
	int pair = alarm && val > 0 ? HUE_ALARM : heat(val, max);
	char text[16];

	/* A little is not nothing. */
	if (val > 0 && val < 0.5)
		snprintf(text, sizeof(text), "%.1f", val < 0.1 ? 0.1 : val);
	else
		count_text(val, text, sizeof(text));
	attron(hue(s, pair));
	printw("%*s", NUMBER_WIDTH, val > 0 ? text : "-");
	attroff(hue(s, pair));
}

/* As many columns of it as there are, the rest blank. */
static void put_name(const char *name, int width)
{
	int len = text_width(name);

	if (len > width)
		printw("%.*s~ ", width - 1, name);
	else
		printw("%s%*s", name, width - len + 1, "");
}

static void put_graph(struct screen *s, const struct top_line *l, int cells,
		      double busiest)
{
	static const wchar_t *const bars[] = {
		L" ", L"▁", L"▂", L"▃", L"▄", L"▅", L"▆", L"▇", L"█",
	};
	static const char ascii[] = " ..::||##";
	enum count what = s->t->sort < COUNTS ? s->t->sort : COUNT_BYTES;
	bool wide = MB_CUR_MAX > 1;
	double max = 0, val;
	int i, height, pair;
	long at;

	for (i = 0; l->graph && i < TOP_CELLS; i++)
		if (l->graph[i][what] > max)
			max = l->graph[i][what];
	addstr("  ");
	/* As high as it was at its own busiest, as hot as it is among all. */
	for (i = cells - 1; i >= 0; i--) {
		at = s->t->cell - i;
		val = at < 0 || !l->graph ? 0 : l->graph[at % TOP_CELLS][what];
		height = val <= 0 ? 0 : 1 + (int)(val / max * 7);
		pair = what == COUNT_DROPS ? HUE_ALARM : heat(val, busiest);
		attron(hue(s, pair));
		if (wide)
			addwstr(bars[height]);
		else
			addch(ascii[height]);
		attroff(hue(s, pair));
	}
}

static bool is_active(const struct top_line *l)
{
	return l->rate.per_s[COUNT_FRAMES] > 0 || l->rate.per_s[COUNT_DROPS] > 0;
}

static void put_line(struct screen *s, const struct top_line *l, int cells,
		     const double *max)
{
	attr_t names = is_active(l) ? A_NORMAL : hue(s, HUE_DIM);
	int what;

	attron(names);
	put_name(l->link, s->link_width);
	put_name(l->from, s->name_width);
	put_name(l->to, s->name_width);
	attroff(names);
	for (what = 0; what < COUNTS; what++)
		if (s->shown[what])
			put_number(s, top_value(s->t, l, what), max[what],
				   what == COUNT_DROPS);
	if (cells > 0)
		put_graph(s, l, cells, s->busiest);
}

static void put_head(struct screen *s, const double *sum)
{
	char text[COUNTS][16], clock[16] = "";
	const struct top *t = s->t;
	time_t now = time(NULL);
	struct tm tm;
	int what;

	if (localtime_r(&now, &tm))
		strftime(clock, sizeof(clock), "%H:%M:%S", &tm);
	for (what = 0; what < COUNTS; what++)
		count_text(sum[what], text[what], sizeof(text[what]));
	move(0, 0);
	attron(A_BOLD);
	addstr("nsbridge");
	attroff(A_BOLD);
	printw(" %s  %zu crossings  %s frames%s  %s bytes%s  ", clock, t->n,
	       text[COUNT_FRAMES], t->totals ? "" : "/s", text[COUNT_BYTES],
	       t->totals ? "" : "/s");
	what = sum[COUNT_DROPS] > 0 ? HUE_ALARM : HUE_DIM;
	attron(hue(s, what));
	printw("%s drops%s", text[COUNT_DROPS], t->totals ? "" : "/s");
	attroff(hue(s, what));
	if (s->paused) {
		attron(A_REVERSE);
		addstr(" PAUSED ");
		attroff(A_REVERSE);
	}
	clrtoeol();
}

static void put_titles(struct screen *s, int cells)
{
	const struct top *t = s->t;
	char text[24];
	int what;

	move(1, 0);
	attron(hue(s, HUE_HEAD));
	printw("%-*s %-*s %-*s ", s->link_width, "link", s->name_width, "from",
	       s->name_width, "to");
	for (what = 0; what < COUNTS; what++) {
		if (!s->shown[what])
			continue;
		snprintf(text, sizeof(text), "%s%s", count_names[what],
			 t->totals ? "" : "/s");
		printw("%*s", NUMBER_WIDTH - (int)strlen(text), "");
		if ((unsigned int)what == t->sort)
			attron(A_UNDERLINE | A_BOLD);
		addstr(text);
		attroff(A_UNDERLINE);
		if (s->colour)
			attroff(A_BOLD);
	}
	if (cells > 0)
		printw("  %-*.*s", cells, cells, cells > 20 ?
		       "the last minute" : "last minute");
	while (getcurx(stdscr) < COLS - 1 && getcury(stdscr) == 1)
		addch(' ');
	attroff(hue(s, HUE_HEAD));
	clrtoeol();
}

/* Lines at the bottom: more keys than fit into one of 80 columns. */
static int foot_lines(const struct screen *s)
{
	return s->help && !s->problem ? 2 : 1;
}

static void put_foot(struct screen *s)
{
	int pair = s->problem ? HUE_ALARM : HUE_DIM;

	attron(hue(s, pair));
	move(LINES - foot_lines(s), 0);
	if (s->problem) {
		printw("%.*s", COLS - 1, s->problem);
	} else if (s->help) {
		printw("%.*s", COLS - 1,
		       "sort: f frames  s segs  b bytes  c copies  d drops  n name  r reverse");
		clrtoeol();
		move(LINES - 1, 0);
		printw("%.*s", COLS - 1,
		       "arrows, PgUp, PgDn, Home: scroll   + -: faster, slower   ? back");
	} else {
		printw("%.*s", COLS - 1,
		       "q quit  space pause  t rate/total  a all/active  ? more");
	}
	attroff(hue(s, pair));
	clrtoeol();
}

static int at_most(int a, int b)
{
	return a < b ? a : b;
}

static int at_least(int a, int b)
{
	return a > b ? a : b;
}

/* Columns that names and numbers leave for a graph. */
static int room_of(const struct screen *s)
{
	int what, room = COLS - 1 - (s->link_width + 1) -
			 2 * (s->name_width + 1) - 2;

	for (what = 0; what < COUNTS; what++)
		room -= s->shown[what] ? NUMBER_WIDTH : 0;
	return room;
}

/* Who looks at a small screen would rather see a graph than each of the numbers,
 * and would rather see both than all of a long name. Returns the cells of a graph.
 */
static int layout(struct screen *s)
{
	static const enum count spare[] = { COUNT_COPIES, COUNT_SEGS };
	const struct top *t = s->t;
	size_t i;
	int room;

	for (i = 0; i < COUNTS; i++)
		s->shown[i] = true;
	s->link_width = at_least(LINK_MIN, at_most(t->longest_link,
						   NAME_MAX_SHOWN));
	s->name_width = at_least(NAME_MIN, at_most(t->longest,
						   NAME_MAX_SHOWN));
	room = room_of(s);
	for (i = 0; i < ARRAY_SIZE(spare) && room < GRAPH_MIN; i++) {
		s->shown[spare[i]] = t->sort == spare[i];
		room = room_of(s);
	}
	if (room < GRAPH_MIN) {
		s->name_width = at_least(s->name_width -
					 (GRAPH_MIN - room + 1) / 2, NAME_MIN);
		room = room_of(s);
	}
	if (room < 0) {
		s->name_width = at_least(s->name_width - (1 - room) / 2, 3);
		room = room_of(s);
	}
	return room < 8 ? 0 : at_most(room, TOP_CELLS);
}

static void draw(struct screen *s)
{
	const struct top *t = s->t;
	size_t i, shown = 0, skipped = 0;
	int room = LINES - 2 - foot_lines(s);
	size_t rows = room > 0 ? room : 0;
	double max[COUNTS] = { 0 }, sum[COUNTS];
	const struct top_line *l;
	int cells = layout(s);
	int what;

	memset(sum, 0, sizeof(sum));
	s->busiest = 0;
	for (i = 0; i < t->n; i++) {
		for (what = 0; what < COUNTS; what++) {
			sum[what] += top_value(t, &t->line[i], what);
			if (top_value(t, &t->line[i], what) > max[what])
				max[what] = top_value(t, &t->line[i], what);
		}
		what = t->sort < COUNTS ? t->sort : COUNT_BYTES;
		if (t->line[i].rate.per_s[what] > s->busiest)
			s->busiest = t->line[i].rate.per_s[what];
	}
	erase();
	put_head(s, sum);
	put_titles(s, cells);
	if (s->first + rows > t->n)
		s->first = t->n > rows ? t->n - rows : 0;
	for (i = 0; i < t->n && shown < rows; i++) {
		l = t->order[i];
		if (s->active && !is_active(l))
			continue;
		if (skipped++ < s->first)
			continue;
		move(2 + shown++, 0);
		put_line(s, l, cells, max);
	}
	if (!shown && rows)
		mvprintw(3, 2, "%s", t->n ?
			 "Nothing crosses just now; press a to see all that ever did." :
			 "Nothing has crossed a bridge or a cable of this network namespace yet.");
	put_foot(s);
	refresh();
}

/* False for the end. */
static bool key(struct screen *s, int ch)
{
	static const char sorts[] = "fsbcdn";
	struct top *t = s->t;
	const char *pos;

	switch (ch) {
	case 'q':
	case 'Q':
	case 3:
		return false;
	case ' ':
	case 'p':
		s->paused = !s->paused;
		break;
	case 't':
		t->totals = !t->totals;
		break;
	case 'a':
		s->active = !s->active;
		break;
	case 'r':
		t->reverse = !t->reverse;
		break;
	case '?':
	case 'h':
		s->help = !s->help;
		break;
	case '+':
		t->seconds = t->seconds > 0.4 ? t->seconds / 2 : 0.2;
		break;
	case '-':
		t->seconds = t->seconds < 30 ? t->seconds * 2 : 60;
		break;
	case KEY_DOWN:
	case 'j':
		s->first++;
		break;
	case KEY_UP:
	case 'k':
		s->first -= s->first > 0;
		break;
	case KEY_NPAGE:
		s->first += LINES > 4 ? LINES - 4 : 1;
		break;
	case KEY_PPAGE:
		s->first -= s->first > (size_t)LINES ? (size_t)LINES - 4 :
			    s->first;
		break;
	case KEY_HOME:
		s->first = 0;
		break;
	default:
		pos = ch > 0 && ch < 128 ? strchr(sorts, ch) : NULL;
		if (pos)
			t->sort = pos - sorts;
	}
	top_sort(t);
	return true;
}

static void look(struct screen *s)
{
	struct top *t = s->t;

	s->problem = NULL;
	if (top_look(t))
		s->problem = t->genl.nl.msg;
	s->looks++;
}

static void loop(struct screen *s)
{
	double next = seconds_now() + 0.25, wait;
	struct top *t = s->t;
	int ch;

	/* The first rates come soon, those after it at their time. */
	draw(s);
	while (!ended && !(t->times && s->looks >= t->times)) {
		wait = s->paused ? 60 : next - seconds_now();
		if (wait > 0) {
			timeout(wait * 1000 + 1);
			ch = getch();
			if (ch != ERR && !key(s, ch))
				return;
			if (ch != ERR)
				draw(s);
			continue;
		}
		look(s);
		draw(s);
		next = seconds_now() + t->seconds;
	}
}

int top_screen(struct top *t)
{
	struct sigaction action = { .sa_handler = on_signal };
	const char *term = getenv("TERM");
	struct screen s = { .t = t };
	SCREEN *screen;

	screen = newterm(NULL, stdout, stdin);
	if (!screen)
		return fail("the terminal \"%s\" is not known: set TERM, or type \"nsbridge crossing top --batch\"",
			    term ? term : "");
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGHUP, &action, NULL);
	cbreak();
	noecho();
	keypad(stdscr, TRUE);
	curs_set(0);
	set_escdelay(25);
	colours(&s);
	loop(&s);
	endwin();
	delscreen(screen);
	return 0;
}
