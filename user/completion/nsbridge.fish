# SPDX-License-Identifier: GPL-2.0
# What there is to complete, bash's completion finds out from the command.
function __nsbridge_offers
	set -l words (commandline -opc)
	set -l begun (commandline -ct)
	set -e words[1]
	bash @COMPDIR@/nsbridge $words "$begun" 2>/dev/null
end
complete -c nsbridge -f -a '(__nsbridge_offers)'
