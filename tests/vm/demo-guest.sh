#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The guest's part of make demo: the headline lab, on the stock drivers and on
# ours. Its last line, which starts with "demo: ", is the last one of make demo.
exec nsbridge lab compare duplicate-mac
