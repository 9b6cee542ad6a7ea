// The smallest WASI command that people write: one line on stdout, `n` times.
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv) {
    int n = argc > 1 ? atoi(argv[1]) : 1;
    for (int unit = 0; unit < n; unit++) {
        puts("Hello, world!");
    }
    return 0;
}
