#!/bin/sh
# Install the constrained torch: a CPU build unless this machine has an NVIDIA GPU.
# usage: install_torch.sh PYTHON CONSTRAINTS
set -eu
python=$1
wanted=$(grep '^torch==' "$2")

if "$python" -c 'import torch' 2>/dev/null; then
    exit 0
fi
if [ -e /dev/nvidiactl ] || command -v nvidia-smi >/dev/null 2>&1; then
    echo "An NVIDIA GPU is here: installing $wanted with CUDA."
    exec "$python" -m pip install --quiet "$wanted"
fi
# What pip is configured with may offer a CPU build by itself; if it would bring CUDA, take the CPU
# index of PyTorch instead.
plan=$("$python" -m pip install --quiet --dry-run --report - "$wanted" 2>/dev/null || true)
case $plan in
    '' | *nvidia* | *cuda* | *triton*)
        echo "Installing the CPU build of $wanted."
        exec "$python" -m pip install --quiet --index-url https://download.pytorch.org/whl/cpu "$wanted"
        ;;
    *)
        echo "Installing $wanted (a CPU build)."
        exec "$python" -m pip install --quiet "$wanted"
        ;;
esac
