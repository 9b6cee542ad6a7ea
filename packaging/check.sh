#!/usr/bin/env bash
# Tries what packaging/dist.sh made as a user without Rust, a compiler or root would: in a bare Debian, from a folder with
# a space in its name. Needs root here, and mmdebstrap, which takes the machine's own package sources.
#
#   packaging/check.sh OUT   OUT has the archive and the wheel
#
# Exit codes: 0 both measured every runtime, 1 one did not, 2 usage or a tool is missing.
set -euo pipefail
cd "$(dirname "$0")/.."
out=$(realpath "${1:?usage: packaging/check.sh OUT}")
cache=${WASMARK_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/wasmark}
fail() { printf 'check: failed to %s\n' "$1" >&2; exit "${2:-1}"; }
[[ $(id -u) == 0 ]] || fail "enter another root without being root; run it with sudo" 2
command -v mmdebstrap >/dev/null || fail "find mmdebstrap; run ./setup.sh --test" 2

bare=$cache/bare
if [[ ! -e $bare/.complete ]]; then
  rm -rf "$bare"
  release=$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)
  { cat /etc/apt/sources.list.d/*.sources /etc/apt/sources.list 2>/dev/null || true; } |
    mmdebstrap --quiet --mode=root --variant=apt --include=python3-venv "$release" "$bare" -
  touch "$bare/.complete"
fi

# Unpacks and tries it in the bare root, whose changes are gone afterwards: a mount of this process's own lies above it.
# shellcheck disable=SC2016  # expanded by the shell inside
unshare --mount --pid --fork bash -euo pipefail -c '
  bare=$1 out=$2
  changes=$(mktemp -d)
  mount -t tmpfs tmpfs "$changes"
  mkdir "$changes"/{upper,work,root}
  mount -t overlay overlay -o "lowerdir=$bare,upperdir=$changes/upper,workdir=$changes/work" "$changes/root"
  cd "$changes/root"
  mount -t proc proc proc
  mount --rbind /dev dev
  mkdir -p "home/user/with space" out
  mount --bind "$out" out
  chown -R 1000:1000 home/user
  cat >try.sh
  exec chroot --userspec=1000:1000 . /usr/bin/env -i HOME=/home/user PATH=/usr/bin:/bin bash -euo pipefail /try.sh
' check "$bare" "$out" <<'TRY' || fail "run wasmark in a bare Debian (why is above)"
cd "/home/user/with space"
tried() {
  printf 'check: %s\n' "$*"
  "$@" check --strict --workloads noop,hello,fib
  "$@" run --workloads noop,fib --rounds 1
}
tar -xzf /out/wasmark-*-linux.tar.gz
tried wasmark-*/bin/wasmark
python3 -m venv venv
venv/bin/pip install --quiet --no-index /out/wasmark-*.whl
tried venv/bin/wasmark
TRY
