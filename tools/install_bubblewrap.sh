#!/bin/sh
# Bubblewrap isolates model-written programs. Install it where that may be done, or say how.
set -eu
command -v bwrap >/dev/null 2>&1 && exit 0

if command -v apt-get >/dev/null 2>&1; then
    line="apt-get install -y bubblewrap"
    update="apt-get update"
elif command -v dnf >/dev/null 2>&1; then
    line="dnf install -y bubblewrap"
    update=true
elif command -v pacman >/dev/null 2>&1; then
    line="pacman -S --noconfirm bubblewrap"
    update=true
elif command -v apk >/dev/null 2>&1; then
    line="apk add bubblewrap"
    update=true
else
    echo "Install bubblewrap with this system's package manager, then run make again." >&2
    exit 1
fi

if [ "$(id -u)" = 0 ]; then
    as=
elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
    as=sudo
else
    echo "Model-written programs run in bubblewrap, which is not installed. Run this, then make again:" >&2
    echo "    sudo $line" >&2
    exit 1
fi
echo "Installing bubblewrap: $as $line"
# an old package list is the usual reason for a first failure
$as $line >/dev/null 2>&1 || { $as $update >/dev/null && $as $line >/dev/null; }
