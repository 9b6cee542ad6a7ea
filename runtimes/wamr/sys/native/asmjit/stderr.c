/* AsmJit's stderr, as a symbol of the library that AsmJit is linked into. */
#include <stdio.h>

FILE *wasmark_asmjit_stderr;

__attribute__((constructor)) static void
initialise(void)
{
    wasmark_asmjit_stderr = stderr;
}
