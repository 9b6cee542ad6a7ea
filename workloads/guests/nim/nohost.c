// The few functions by which a C library would reach the host, to say what went wrong and to end. A kernel has no host
// and traps. Their names are those of the libraries' own functions (musl's), in whose place they are linked.
#include <stdio.h>
#include <stdlib.h>

size_t __stdio_write(FILE *file, const unsigned char *bytes, size_t length) {
    (void)file, (void)bytes, (void)length;
    __builtin_trap();
}

off_t __stdio_seek(FILE *file, off_t offset, int whence) {
    (void)file, (void)offset, (void)whence;
    __builtin_trap();
}

int __stdio_close(FILE *file) {
    (void)file;
    __builtin_trap();
}

void _Exit(int code) {
    (void)code;
    __builtin_trap();
}
