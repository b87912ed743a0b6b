# SPDX-License-Identifier: GPL-2.0
"""Add up what gcov has counted in several runs, and say what was not run.

	report.py DATA BUILD COPY REPORT

DATA/*/kmod and DATA/*/user hold .gcda files under their whole paths; the .gcno
files are in BUILD and COPY/user. REPORT is a folder for the sources with a count
before each line.
"""
import collections
import gzip
import json
import os
import shutil
import subprocess
import sys
import tempfile

DATA, BUILD, COPY, REPORT = sys.argv[1:5]

# file -> line -> times; file -> line -> number -> times
lines = collections.defaultdict(collections.Counter)
branches = collections.defaultdict(dict)


def name_of(path, base):
    """As in the checkout, or None for what is not ours"""
    path = os.path.normpath(os.path.join(base, path))
    for top in (BUILD, COPY):
        if path.startswith(top + '/'):
            name = path[len(top) + 1:]
            return name if name.startswith(('kmod/', 'user/')) else None
    return None


def add(gcda, gcno):
    """What one object counted in one run"""
    with tempfile.TemporaryDirectory() as tmp:
        # gcov looks for them side by side
        base = os.path.join(tmp, 'x')
        shutil.copy(gcda, base + '.gcda')
        shutil.copy(gcno, base + '.gcno')
        r = subprocess.run(['gcov', '-b', '--json-format', base + '.gcda'],
                           cwd=tmp, capture_output=True, text=True, check=False)
        if 'mismatch' in r.stderr:
            print(f'{gcda}: of another build, left out', file=sys.stderr)
            return
        out = [f for f in os.listdir(tmp) if f.endswith('.json.gz')]
        if not out:
            print(f'{gcda}: {r.stderr.strip()}', file=sys.stderr)
            return
        with gzip.open(os.path.join(tmp, out[0])) as f:
            got = json.load(f)
    where = got.get('current_working_directory') or os.path.dirname(gcno)
    for f in got['files']:
        name = None
        for base in (where, BUILD, os.path.join(COPY, 'user')):
            name = name_of(f['file'], base)
            if name and os.path.exists(os.path.join(COPY, name)):
                break
        else:
            continue
        for line in f['lines']:
            n = line['line_number']
            lines[name][n] += line['count']
            here = branches[name].setdefault(n, collections.Counter())
            for i, b in enumerate(line['branches']):
                if not b['throw']:
                    here[i] += b['count']


def gather():
    """All of DATA"""
    for run in sorted(os.listdir(DATA)):
        top = os.path.join(DATA, run)
        for folder, _, files in os.walk(top):
            for f in files:
                if not f.endswith('.gcda'):
                    continue
                gcda = os.path.join(folder, f)
                # DATA/RUN/kmod/absolute/path
                path = '/' + os.path.relpath(gcda, top).split('/', 1)[1]
                gcno = path[:-4] + 'gcno'
                if os.path.exists(gcno):
                    add(gcda, gcno)


def annotate(name):
    """The source, with how often each line ran"""
    out = os.path.join(REPORT, name + '.txt')
    os.makedirs(os.path.dirname(out), exist_ok=True)
    with open(os.path.join(COPY, name), encoding='utf-8') as src, \
            open(out, 'w', encoding='utf-8') as dst:
        for n, text in enumerate(src, 1):
            count = lines[name].get(n)
            mark = '' if n not in lines[name] else str(count) if count else '#####'
            dst.write(f'{mark:>10}:{n:5}:{text}')


def summary(top):
    """A line per file and a total"""
    total = [0, 0, 0, 0]
    for name in sorted(lines):
        if not name.startswith(top + '/') or '/gen/' in name:
            continue
        some = [sum(1 for c in lines[name].values() if c), len(lines[name]),
                sum(1 for b in branches[name].values() for c in b.values() if c),
                sum(len(b) for b in branches[name].values())]
        total = [a + b for a, b in zip(total, some)]
        annotate(name)
        missed = [str(n) for n in sorted(lines[name]) if not lines[name][n]]
        print(f'{name:32} lines {some[0]:5} of {some[1]:5} {share(some[0], some[1])}'
              f'  branches {some[2]:5} of {some[3]:5} {share(some[2], some[3])}'
              f'  {" ".join(missed[:12])}{" ..." if len(missed) > 12 else ""}')
    return total


def share(part, whole):
    """In percent"""
    return f'{100 * part / whole:5.1f} %' if whole else '    -  '


gather()
shutil.rmtree(REPORT, ignore_errors=True)
totals = {top: summary(top) for top in ('kmod', 'user')}
print(f'what was not run: {REPORT}')
for top, t in totals.items():
    print(f'{top}: {t[0]} of {t[1]} lines, {share(t[0], t[1]).strip()};'
          f' {t[2]} of {t[3]} branches, {share(t[2], t[3]).strip()}')
