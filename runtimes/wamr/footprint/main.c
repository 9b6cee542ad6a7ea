/* Loads a module or an artifact, calls its `run` and says what it returned: all that an embedder must do. */
#include <stdio.h>
#include <stdlib.h>

#include "wasm_export.h"

static char heap[512 * 1024];

int
main(int argc, char **argv)
{
    RuntimeInitArgs start = { 0 };
    start.mem_alloc_type = Alloc_With_Pool;
    start.mem_alloc_option.pool.heap_buf = heap;
    start.mem_alloc_option.pool.heap_size = sizeof(heap);
    FILE *file = argc == 2 ? fopen(argv[1], "rb") : NULL;
    if (!file || !wasm_runtime_full_init(&start))
        return 2;
    static uint8_t code[64 * 1024];
    uint32_t size = (uint32_t)fread(code, 1, sizeof(code), file);
    char error[128];
    wasm_module_t module = wasm_runtime_load(code, size, error, sizeof(error));
    wasm_module_inst_t instance = module ? wasm_runtime_instantiate(module, 8192, 0, error, sizeof(error)) : NULL;
    if (!instance) {
        puts(error);
        return 1;
    }
    wasm_exec_env_t env = wasm_runtime_create_exec_env(instance, 8192);
    wasm_function_inst_t run = wasm_runtime_lookup_function(instance, "run");
    uint32_t cells[2] = { 1 };
    if (!env || !run || !wasm_runtime_call_wasm(env, run, 1, cells))
        return 1;
    printf("%u\n", cells[0]);
    return 0;
}
