#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""The kernel's ynl client for many requests, for ynl.sh:

    ynl_serve.py LINUX

Reads a line of JSON, the arguments of a call, and answers with what the client
prints, then "@@ CODE". Most of the time of a call goes into reading the
specification with a parser written in Python: what was read is kept. All else
is the client's own main(), unmodified.
"""

import contextlib
import io
import json
import pickle
import sys
import traceback

import yaml

KEPT = {}
LOAD = yaml.safe_load


def safe_load(stream):
    """As yaml's, with a copy of its own for every caller."""
    text = stream if isinstance(stream, str) else stream.read()
    if text not in KEPT:
        KEPT[text] = pickle.dumps(LOAD(text))
    return pickle.loads(KEPT[text])


def call(main, arguments):
    """What a process of the client would have printed, and its exit code."""
    out = io.StringIO()
    sys.argv = ["cli.py", *arguments]
    code = 0
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
        try:
            main()
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 0 if end.code is None else 1
        except Exception:  # what ends a process ends a call
            traceback.print_exc()
            code = 1
    return out.getvalue(), code


def serve():
    """Until there are no more requests."""
    if len(sys.argv) != 2:
        sys.exit(__doc__.strip())
    sys.path.insert(0, sys.argv[1] + "/tools/net/ynl/pyynl")
    import cli  # found there

    yaml.safe_load = safe_load
    for line in sys.stdin:
        text, code = call(cli.main, json.loads(line))
        if text and not text.endswith("\n"):
            text += "\n"
        sys.stdout.write(f"{text}@@ {code}\n")
        sys.stdout.flush()


serve()
