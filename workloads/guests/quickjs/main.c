// Runs a program that stdin holds in QuickJS: `quickjs ARGUMENT...`. The program finds its arguments in `scriptArgs`
// and prints a line with `print`, as in QuickJS's own shell.
#include <stdio.h>

#include "quickjs.h"

enum { SCRIPT_BYTES = 65536 };

// The first argument and a line feed.
static JSValue print(JSContext *context, JSValueConst this_value, int argc, JSValueConst *argv) {
    (void)this_value;
    const char *text = argc > 0 ? JS_ToCString(context, argv[0]) : NULL;
    if (!text) {
        return JS_EXCEPTION;
    }
    puts(text);
    JS_FreeCString(context, text);
    return JS_UNDEFINED;
}

static int fail(JSContext *context) {
    JSValue error = JS_GetException(context);
    const char *text = JS_ToCString(context, error);
    fprintf(stderr, "quickjs: failed to run the program: %s\n", text ? text : "what it threw is no text");
    return 1;
}

int main(int argc, char **argv) {
    static char script[SCRIPT_BYTES];
    size_t length = fread(script, 1, sizeof script - 1, stdin);
    if (length == sizeof script - 1) {
        fprintf(stderr, "quickjs: failed to read the program: stdin has more than %d bytes\n", SCRIPT_BYTES - 2);
        return 2;
    }
    script[length] = 0;
    JSRuntime *runtime = JS_NewRuntime();
    JSContext *context = runtime ? JS_NewContext(runtime) : NULL;
    if (!context) {
        fputs("quickjs: failed to start: there is no memory for it\n", stderr);
        return 2;
    }
    JSValue global = JS_GetGlobalObject(context), arguments = JS_NewArray(context);
    for (int i = 0; i < argc; i++) {
        JS_SetPropertyUint32(context, arguments, (uint32_t)i, JS_NewString(context, argv[i]));
    }
    JS_SetPropertyStr(context, global, "scriptArgs", arguments);
    JS_SetPropertyStr(context, global, "print", JS_NewCFunction(context, print, "print", 1));
    JSValue result = JS_Eval(context, script, length, "stdin", JS_EVAL_TYPE_GLOBAL | JS_EVAL_FLAG_STRICT);
    return JS_IsException(result) ? fail(context) : 0;
}
