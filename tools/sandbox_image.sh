#!/bin/sh
# Makes the image that DockerSandbox runs. BASE may name what it is made from (PACKAGES: what pip
# adds to that; nothing: the base has numpy or goes without). Otherwise it is the official Python,
# or, where no registry can be reached, a Debian made on this machine.
# usage: [BASE=image] [PACKAGES=names] sandbox_image.sh [image]
set -eu
cd "$(dirname "$0")/.."
image=${1:-ratchet-sandbox}
official=python:3.12-slim
numpy=$(grep '^numpy==' constraints.txt) # as outside: it decides what arrays are equal to
debian=ratchet-debian:numpy-${numpy#*==}
python=.venv/bin/python
[ -x "$python" ] || python=python3
mirror=${DEBIAN_MIRROR:-http://deb.debian.org/debian}

present() {
    docker image inspect "$1" >/dev/null 2>&1
}

make_debian() {
    if [ "$(id -u)" != 0 ] || ! command -v debootstrap >/dev/null 2>&1; then
        echo "Making a base image without a registry takes root and debootstrap. As root, run:" >&2
        echo "    apt-get install -y debootstrap && make image" >&2
        echo "Or name an image with Python 3.11 or newer that is here: make image BASE=..." >&2
        exit 1
    fi
    echo "Making $debian, a Debian with Python (a minute or two)."
    eval "$(apt-config shell http_proxy Acquire::http::Proxy 2>/dev/null || true)"
    [ -z "${http_proxy:-}" ] || export http_proxy
    folder=$(mktemp -d)
    trap 'rm -rf "$folder"' EXIT
    if ! debootstrap --variant=minbase --include=python3,python3-numpy \
        bookworm "$folder/tree" "$mirror" >"$folder/log" 2>&1; then
        tail -n 20 "$folder/log" >&2
        exit 1
    fi
    # by the pip of this machine, which knows where to find packages; the image has none
    "$python" -m pip install --quiet --no-deps --only-binary=:all: --python-version 3.11 \
        --target "$folder/tree/packages" "$numpy" \
        || echo "$numpy cannot be had: the image gets Debian's own." >&2
    tar -C "$folder/tree" -c --exclude='./var/cache/*' --exclude='./var/lib/apt/lists/*' . \
        | docker import - "$debian" >/dev/null
}

if ! problem=$(docker version 2>&1 >/dev/null); then
    echo "Docker does not answer: $problem" >&2
    exit 1
fi
if [ -z "${BASE:-}" ]; then
    BASE=$official
    if ! present "$BASE" && ! docker pull --quiet "$BASE" >/dev/null 2>&1; then
        echo "$BASE cannot be pulled."
        BASE=$debian
    fi
fi
case $BASE in
    ratchet-debian | ratchet-debian:*)
        BASE=$debian
        PACKAGES= # it has all
        present "$debian" || make_debian
        ;;
esac

# a Docker without a bridge, as where only sandboxes run, lends the machine's network to pip
network=default
docker network inspect bridge >/dev/null 2>&1 || network=host
docker buildx version >/dev/null 2>&1 || export DOCKER_BUILDKIT=0
docker build --quiet --network "$network" --tag "$image" \
    --build-arg BASE="$BASE" --build-arg PACKAGES="${PACKAGES-$numpy}" sandbox
echo "$image is made from $BASE."
