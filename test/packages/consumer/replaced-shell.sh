#!/bin/sh
# A shell for npm, called as `replaced-shell.sh -c COMMAND`, that the command takes the place of: signals reach it.
eval "exec $2"
