// Package kernel is what the programs in Go share: the random numbers and the checksum of c/kernel.h, and how they fail.
package kernel

import "os"

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

// Fail ends the program; the message completes "failed to ...".
func Fail(message string) {
	os.Stderr.WriteString("failed to " + message + "\n")
	os.Exit(1)
}
