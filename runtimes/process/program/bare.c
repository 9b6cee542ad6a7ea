// What `main.c` needs in the place of a C library: the entry of the program and two system calls.
#include <unistd.h>

#if !defined __linux__
#error "processes are measured on Linux"
#elif defined __x86_64__
#define READ 0
#define WRITE 1
__asm__(".globl _start\n"
        "_start:\n"
        "    xorl %ebp, %ebp\n"
        "    call main\n"
        "    movl %eax, %edi\n"
        "    movl $231, %eax\n" // exit_group
        "    syscall\n");

static long system_call(long number, long a, long b, long c) {
    long result;
    __asm__ volatile("syscall" : "=a"(result) : "a"(number), "D"(a), "S"(b), "d"(c) : "rcx", "r11", "memory");
    return result;
}
#elif defined __aarch64__
#define READ 63
#define WRITE 64
__asm__(".globl _start\n"
        "_start:\n"
        "    mov x29, #0\n"
        "    bl main\n"
        "    mov x8, #94\n" // exit_group
        "    svc #0\n");

static long system_call(long number, long a, long b, long c) {
    register long x8 __asm__("x8") = number, x0 __asm__("x0") = a, x1 __asm__("x1") = b, x2 __asm__("x2") = c;
    __asm__ volatile("svc #0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2) : "memory");
    return x0;
}
#else
#error "the system calls of this processor are not written down here"
#endif

ssize_t read(int from, void *to, size_t bytes) { return system_call(READ, from, (long)to, (long)bytes); }
ssize_t write(int to, const void *from, size_t bytes) { return system_call(WRITE, to, (long)from, (long)bytes); }
