#!/usr/bin/env bash
# Installs what `make bench` built: wasmark, its suite, and every worker with the libraries that travel with it.
#
#   packaging/install.sh PREFIX   PREFIX/lib/wasmark has everything, PREFIX/bin/wasmark is a link to the program;
#                                 manual pages and completions are in PREFIX/share
#
# Neither the checkout nor the cache is needed afterwards. A worker whose libraries are of a newer system than this one
# brings them, with their loader, in a folder beside it: wasmark starts it with that loader.
set -euo pipefail
shopt -s extglob
cd "$(dirname "$0")/.."
prefix=${1:?usage: packaging/install.sh PREFIX}
wasmark=${WASMARK:?failed to find the program: run make install}
mkdir -p "$prefix/lib" "$prefix/bin"
new=$(mktemp -d "$prefix/lib/.wasmark.XXXXXX")
trap 'rm -rf "$new"' EXIT
chmod 755 "$new"

install -m 755 --strip "$wasmark" "$new/wasmark"
cp -R workloads/suite LICENSE-* "$new/"
# copy_libraries FILE FOLDER LOADER: copies the libraries that a program or library loads, as its loader finds them.
# Of this machine's loader, those that every system with a C and C++ library has are left out, and those beside the file.
copy_libraries() {
  local file=$1 folder=$2 loader=$3 library
  { "$loader" --list "$file" 2>/dev/null || true; } | sed -n 's/.* => \(\/.*\) (0x.*/\1/p' | while read -r library; do
    if [[ $loader == /lib64/* ]]; then
      case ${library##*/} in lib@(c|m|dl|rt|pthread|gcc_s|stdc++).so.*) continue ;; esac
      [[ ! -e ${file%/*}/${library##*/} ]] || continue
    fi
    mkdir -p "$folder"
    cp -L "$library" "$folder/"
  done
}

"$wasmark" build --json | sed -n 's/^ *"program": "\(.*\)",\{0,1\}$/\1/p' | while read -r program; do
  folder=$new/workers/${program##*-worker-}
  mkdir -p "$folder"
  cp -R "$(dirname "$program")"/. "$folder/"
  loader=$(readelf --wide --program-headers "$program" | sed -n 's/.*Requesting program interpreter: \(.*\)\]/\1/p')
  case $loader in
    /lib64/* | '')
      for file in "$(dirname "$program")"/{"${program##*/}",*.so}; do
        [[ ! -e $file ]] || copy_libraries "$file" "$folder/lib" /lib64/ld-linux-x86-64.so.2
      done
      ;;
    *)
      copy_libraries "$program" "$folder/root" "$loader"
      cp -L "$loader" "$folder/root/"
      ;;
  esac
done

rm -rf "$prefix/lib/wasmark"
mv "$new" "$prefix/lib/wasmark"
ln -sfn ../lib/wasmark/wasmark "$prefix/bin/wasmark"

share=$prefix/share
bash=$share/bash-completion/completions zsh=$share/zsh/site-functions fish=$share/fish/vendor_completions.d
mkdir -p "$bash" "$zsh" "$fish"
"$wasmark" completions bash >"$bash/wasmark"
"$wasmark" completions zsh >"$zsh/_wasmark"
"$wasmark" completions fish >"$fish/wasmark.fish"
"$wasmark" man "$share/man/man1"
printf 'install: %s runs the workers in %s\n' "$prefix/bin/wasmark" "$prefix/lib/wasmark"
