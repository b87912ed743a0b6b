#compdef nsbridge
# SPDX-License-Identifier: GPL-2.0
# What there is to complete, bash's completion finds out from the command.
local -a offers
offers=(${(f)"$(bash @COMPDIR@/nsbridge "${(@Q)words[2,CURRENT]}" 2>/dev/null)"})
compadd -a offers
