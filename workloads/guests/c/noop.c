// The smallest kernel: what is measured with it is the runtime and not the guest.
#include "kernel.h"

KERNEL(noop) { return (int64_t)n + 42; }
