// Package kernel is what the guests in Go share: their argument, their output, and the random numbers and the checksum
// of c/kernel.h.
package kernel

import (
	"os"
	"strconv"
)

// Random is one step of Knuth's MMIX generator; the high bits are the good ones.
func Random(state *uint64) uint32 {
	*state = *state*6364136223846793005 + 1442695040888963407
	return uint32(*state >> 32)
}

// Fold folds a value into a checksum, so that neither a value nor the order can change unnoticed.
func Fold(checksum, value uint64) uint64 {
	checksum = (checksum ^ value) * 1099511628211
	return checksum ^ checksum>>29
}

// Main does as many units of work as the program's argument says and prints the checksum. Package fmt would add half a
// megabyte to the module.
func Main(run func(units int) uint64) {
	units, err := strconv.Atoi(os.Args[len(os.Args)-1])
	if err != nil || units < 0 {
		Fail("read the number of units: write it as the last argument")
	}
	line := strconv.AppendInt(nil, int64(run(units)), 10)
	if _, err := os.Stdout.Write(append(line, '\n')); err != nil {
		Fail("write the checksum: " + err.Error())
	}
}

// Fail ends the program; the message completes "failed to ...".
func Fail(message string) {
	os.Stderr.WriteString("failed to " + message + "\n")
	os.Exit(1)
}
