// The programs of PROGRAMS.md in Go, in one module: Go's runtime is most of it, and would be there three times. The
// arguments are the program and the units of work; the checksum is printed. Package fmt would add half a megabyte.
package main

import (
	"os"
	"strconv"

	"wasmark/guests/kernel"
	"wasmark/guests/ledger"
	"wasmark/guests/nbody"
	"wasmark/guests/sha256"
)

var programs = map[string]func(units int) uint64{
	"ledger": ledger.Run,
	"nbody":  nbody.Run,
	"sha256": sha256.Run,
}

func main() {
	if len(os.Args) != 3 {
		kernel.Fail("find the arguments: write a program and the number of units")
	}
	run, known := programs[os.Args[1]]
	if !known {
		kernel.Fail("find the program: write ledger, nbody or sha256")
	}
	units, err := strconv.Atoi(os.Args[2])
	if err != nil || units < 0 {
		kernel.Fail("read the number of units: write it as the last argument")
	}
	line := strconv.AppendInt(nil, int64(run(units)), 10)
	if _, err := os.Stdout.Write(append(line, '\n')); err != nil {
		kernel.Fail("write the checksum: " + err.Error())
	}
}
