// In the place of libc's, which needs the exception proposal for it. Lua jumps on errors only: here the program is
// called without protection, and so an error calls the panic function, which ends the process. One inside protection
// (pcall, or a syntax error) traps.
#ifndef WASMARK_SETJMP_H
#define WASMARK_SETJMP_H

#define luai_jmpbuf int
#define LUAI_THROW(state, jump) __builtin_trap()
#define LUAI_TRY(state, jump, action) \
    {                                 \
        action                        \
    }

#endif
