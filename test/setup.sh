#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# Installs what building and testing need on Debian 12: packages that are missing (with sudo only when
# not root) and a virtual environment under build/venv. Says what it installs.
set -euo pipefail
cd "$(dirname "$0")/.."

packages=(gcc make libc6-dev libnanopb-dev libjansson-dev zlib1g-dev libcmocka-dev python3 python3-venv binutils
	clang-19 libclang-rt-19-dev llvm-19 llvm-19-tools mlir-19-tools qemu-user gdb)
missing=()
for p in "${packages[@]}"; do
	dpkg-query -W -f '${Status}' "$p" 2>/dev/null | grep -q 'install ok installed' || missing+=("$p")
done
if [ ${#missing[@]} -gt 0 ]; then
	echo "setup: installing ${missing[*]}"
	sudo=
	[ "$(id -u)" -eq 0 ] || sudo=sudo
	$sudo apt-get update -qq
	DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
fi

venv=${VENV:-build/venv}
stamp=$venv/requirements.txt
if ! cmp -s test/requirements.txt "$stamp"; then
	echo "setup: virtual environment $venv from test/requirements.txt"
	mkdir -p "$(dirname "$venv")"
	python3 -m venv "$venv"
	"$venv/bin/pip" install -q -r test/requirements.txt
	cp test/requirements.txt "$stamp"
fi
