// Runs a program that stdin holds in Lua: `lua ARGUMENT...`. The program finds its arguments in `arg`, and of the
// libraries those that need no host.
#include <stdio.h>
#include <stdlib.h>

#include "lauxlib.h"
#include "lua.h"
#include "lualib.h"

enum { SCRIPT_BYTES = 65536 };

static const luaL_Reg LIBRARIES[] = {
    {LUA_GNAME, luaopen_base},      {LUA_TABLIBNAME, luaopen_table}, {LUA_STRLIBNAME, luaopen_string},
    {LUA_MATHLIBNAME, luaopen_math}, {LUA_UTF8LIBNAME, luaopen_utf8},
};

// Lua's errors end here: see shim/setjmp.h.
static int fail(lua_State *state) {
    fprintf(stderr, "lua: failed to run the program: %s\n", lua_tostring(state, -1));
    exit(1);
}

int main(int argc, char **argv) {
    static char script[SCRIPT_BYTES];
    size_t length = fread(script, 1, sizeof script, stdin);
    if (length == sizeof script) {
        fprintf(stderr, "lua: failed to read the program: stdin has more than %d bytes\n", SCRIPT_BYTES - 1);
        return 2;
    }
    lua_State *state = luaL_newstate();
    if (!state) {
        fputs("lua: failed to start: there is no memory for it\n", stderr);
        return 2;
    }
    lua_atpanic(state, fail);
    for (size_t i = 0; i < sizeof LIBRARIES / sizeof *LIBRARIES; i++) {
        luaL_requiref(state, LIBRARIES[i].name, LIBRARIES[i].func, 1);
        lua_pop(state, 1);
    }
    lua_createtable(state, argc, 0);
    for (int i = 0; i < argc; i++) {
        lua_pushstring(state, argv[i]);
        lua_rawseti(state, -2, i);
    }
    lua_setglobal(state, "arg");
    if (luaL_loadbufferx(state, script, length, "=stdin", "t") != LUA_OK) {
        return fail(state);
    }
    lua_call(state, 0, 0);
    return 0;
}
