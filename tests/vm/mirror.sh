# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Sourced by what downloads from Debian: the host's own mirror, where its apt
# knows one.

KEYRING=/usr/share/keyrings/debian-archive-keyring.gpg

# host_sources: "URI SUITE" of all that the host's own apt uses
host_sources() {
	local f
	for f in /etc/apt/sources.list /etc/apt/sources.list.d/*.list; do
		[ -f "$f" ] || continue
		sed -nE 's/^deb[[:space:]]+(\[[^]]*\][[:space:]]+)?//p' "$f" |
			awk '{ print $1, $2 }'
	done
	for f in /etc/apt/sources.list.d/*.sources; do
		[ -f "$f" ] || continue
		awk 'function out(   i, j, n, m, a, b) {
			n = split(uris, a); m = split(suites, b)
			for (i = 1; i <= n; i++)
				for (j = 1; j <= m; j++)
					print a[i], b[j]
			uris = suites = ""
		}
		/^URIs:/ { $1 = ""; uris = $0 }
		/^Suites:/ { $1 = ""; suites = $0 }
		/^[[:space:]]*$/ { out() }
		END { out() }' "$f"
	done
}

# mirror SUITE-REGEX FALLBACK: the host's own mirror for a kind of suite
mirror() {
	local uri
	uri=$(host_sources | awk -v re="$1" '$2 ~ re { print $1; exit }')
	printf '%s' "${uri:-$2}"
}

# sources RELEASE [MORE-SUITES...]: lines for a sources.list, security included;
# unstable has none of its own
sources() {
	local release=$1 main sec s
	[ -f "$KEYRING" ] ||
		die "$KEYRING is missing; type: apt-get install debian-archive-keyring"
	main=$(mirror '^(bookworm|trixie|stable|oldstable|testing|sid|unstable)$' \
		http://deb.debian.org/debian)
	sec=$(mirror '^(bookworm|trixie|stable|oldstable)-security$' \
		http://deb.debian.org/debian-security)
	for s; do
		echo "deb [signed-by=$KEYRING] $main $s main"
	done
	[ "$release" = sid ] ||
		echo "deb [signed-by=$KEYRING] $sec $release-security main"
}
