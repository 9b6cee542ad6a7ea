/// What LDC calls of a runtime and a C library that are not there: where a check fails, nothing is said and the module
/// traps.
module runtime;

import ldc.intrinsics : llvm_memcpy, llvm_trap;

extern (C):

noreturn __assert(const char*, const char*, int)
{
    llvm_trap();
    assert(0);
}

void _d_array_slice_copy(void* to, size_t length, void* from, size_t fromLength, size_t elementSize)
{
    immutable size = length * elementSize;
    if (length != fromLength || (to < from + size && from < to + size))
        llvm_trap();
    llvm_memcpy(to, from, size);
}

int memcmp(const(ubyte)* a, const(ubyte)* b, size_t length)
{
    foreach (i; 0 .. length)
        if (a[i] != b[i])
            return a[i] - b[i];
    return 0;
}
