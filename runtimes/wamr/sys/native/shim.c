/* The calls whose struct layouts matter, compiled against the headers of the library itself, so that Rust mirrors
 * no struct. */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "bh_platform.h"
#include "wasm_export.h"

#define API __attribute__((visibility("default")))

int
__wrap_os_printf(const char *format, ...)
{
    (void)format;
    return 0;
}

int
__wrap_os_vprintf(const char *format, va_list arguments)
{
    (void)format;
    (void)arguments;
    return 0;
}

#if WASM_ENABLE_LIB_WASI_THREADS == 0
/* The threads that compile, for which WAMR asks for 128 KiB: LLVM recurses deeply on large functions. Threads of a guest
 * keep what WAMR gives them. */
int
__real_os_thread_create(korp_tid *thread, thread_start_routine_t start, void *argument, unsigned int stack_size);

int
__wrap_os_thread_create(korp_tid *thread, thread_start_routine_t start, void *argument, unsigned int stack_size)
{
    const unsigned int least = 64 << 20;
    return __real_os_thread_create(thread, start, argument, stack_size < least ? least : stack_size);
}
#endif

/* Starts the runtime for this process and thread. Its own allocator is the system's, as for iwasm, WAMR's program.
 * The levels are those of the LLVM JIT, the bytes of code those of the Fast JIT, the threads those of a guest: each of no
 * effect elsewhere. */
API bool
wasmark_wamr_init(uint32_t opt_level, uint32_t size_level, uint32_t code_cache, uint32_t threads)
{
    RuntimeInitArgs args;
    memset(&args, 0, sizeof(args));
    args.mem_alloc_type = Alloc_With_System_Allocator;
    args.llvm_jit_opt_level = opt_level;
    args.llvm_jit_size_level = size_level;
    args.fast_jit_code_cache_size = code_cache;
    args.max_thread_num = threads;
    return wasm_runtime_full_init(&args);
}

/* Whether memory is bounded by guard pages; otherwise each access is checked in code. */
API bool
wasmark_wamr_guard_pages(void)
{
#ifdef OS_ENABLE_HW_BOUND_CHECK
    return true;
#else
    return false;
#endif
}

/* Whether the address of an instance's memory is put into the register that segue's code finds it in. */
API bool
wasmark_wamr_segue(void)
{
#ifdef os_writegsbase
    return true;
#else
    return false;
#endif
}

/* Provides an import, for the rest of the process. The function gets its arguments as 64-bit cells, and its result
 * goes into the first. It is of whatever type the module says: LLVM's code would call a function whose signature it
 * knows with plain arguments, as if it were not registered raw. */
API bool
wasmark_wamr_provide(const char *module, const char *name, void (*function)(wasm_exec_env_t, uint64_t *))
{
    /* WAMR keeps the pointer. */
    NativeSymbol *symbol = malloc(sizeof(*symbol));
    if (!symbol)
        return false;
    *symbol = (NativeSymbol){ .symbol = name, .func_ptr = (void *)function };
    return wasm_runtime_register_natives_raw(module, symbol, 1);
}

/* The first import that nothing provides: its module and name, which live as long as the module; or false. */
API bool
wasmark_wamr_missing_import(wasm_module_t module, const char **module_name, const char **name)
{
    int32_t count = wasm_runtime_get_import_count(module);
    for (int32_t i = 0; i < count; i++) {
        wasm_import_t import;
        wasm_runtime_get_import_type(module, i, &import);
#if WASM_ENABLE_LIB_WASI_THREADS != 0
        /* WAMR makes the memory that threads share for each instance, and does not call that linked. */
        if (import.kind == WASM_IMPORT_EXPORT_KIND_MEMORY)
            continue;
#endif
        if (!import.linked) {
            *module_name = import.module_name;
            *name = import.name;
            return true;
        }
    }
    return false;
}

/* Whether the module imports WASI preview 1. */
API bool
wasmark_wamr_imports_wasi(wasm_module_t module)
{
    int32_t count = wasm_runtime_get_import_count(module);
    for (int32_t i = 0; i < count; i++) {
        wasm_import_t import;
        wasm_runtime_get_import_type(module, i, &import);
        if (!strcmp(import.module_name, "wasi_snapshot_preview1") || !strcmp(import.module_name, "wasi_unstable"))
            return true;
    }
    return false;
}

/* What a module exports under a name: `Export` in module.rs. */
enum export { NO_FUNCTION, OF_OTHER_TYPE, OF_TYPE };

/* Whether the module exports a function of this name and type. */
API uint32_t
wasmark_wamr_export(wasm_module_t module, const char *name, const wasm_valkind_t *params, uint32_t param_count,
                    const wasm_valkind_t *results, uint32_t result_count)
{
    int32_t count = wasm_runtime_get_export_count(module);
    for (int32_t i = 0; i < count; i++) {
        wasm_export_t export;
        wasm_runtime_get_export_type(module, i, &export);
        if (strcmp(export.name, name))
            continue;
        if (export.kind != WASM_IMPORT_EXPORT_KIND_FUNC)
            return NO_FUNCTION;
        wasm_func_type_t of = export.u.func_type;
        if (wasm_func_type_get_param_count(of) != param_count || wasm_func_type_get_result_count(of) != result_count)
            return OF_OTHER_TYPE;
        for (uint32_t k = 0; k < param_count; k++)
            if (wasm_func_type_get_param_valkind(of, k) != params[k])
                return OF_OTHER_TYPE;
        for (uint32_t k = 0; k < result_count; k++)
            if (wasm_func_type_get_result_valkind(of, k) != results[k])
                return OF_OTHER_TYPE;
        return OF_TYPE;
    }
    return NO_FUNCTION;
}

#if WASM_ENABLE_WAMR_COMPILER != 0
#include "aot_export.h"

/* What an artifact is for: `Target` in module.rs. */
enum target { GUARD_PAGES, SOFTWARE_BOUNDS, THREADS, SEGUE };

/* Compiles a module ahead of time for this machine's CPU and a kind of library. The bytes are WAMR's: free them with
 * wasmark_wamr_free_artifact. On failure returns NULL and a message. */
API uint8_t *
wasmark_wamr_compile(wasm_module_t module, uint32_t opt_level, uint32_t size_level, uint32_t target,
                     uint32_t *artifact_size, char *error, uint32_t error_size)
{
    AOTCompOption option;
    memset(&option, 0, sizeof(option));
    option.output_format = AOT_FORMAT_FILE;
    option.opt_level = opt_level;
    option.size_level = size_level;
    /* Explicit, because code without checks loads into a library without guard pages, too, and is unsafe there. */
    option.bounds_checks = target == SOFTWARE_BOUNDS;
    option.stack_bounds_checks = option.bounds_checks;
    option.enable_simd = true;
    option.enable_bulk_memory = true;
    option.enable_bulk_memory_opt = true;
    option.enable_ref_types = true;
    option.enable_call_indirect_overlong = true;
    option.enable_tail_call = true;
    option.enable_extended_const = true;
    option.enable_aux_stack_check = true;
    option.enable_thread_mgr = target == THREADS;
    /* All loads and stores, as `wamrc --enable-segue`. */
    option.segue_flags = target == SEGUE ? 0x1F1F : 0;
    aot_call_stack_features_init_default(&option.call_stack_features);

    uint8_t *artifact = NULL;
    aot_comp_data_t data = aot_create_comp_data(module, NULL, false);
    aot_comp_context_t context = data ? aot_create_comp_context(data, &option) : NULL;
    if (context && aot_compile_wasm(context))
        artifact = aot_emit_aot_file_buf(context, data, artifact_size);
    if (!artifact) {
        strncpy(error, aot_get_last_error(), error_size - 1);
        error[error_size - 1] = '\0';
    }
    if (context)
        aot_destroy_comp_context(context);
    if (data)
        aot_destroy_comp_data(data);
    return artifact;
}

API void
wasmark_wamr_free_artifact(uint8_t *artifact)
{
    wasm_runtime_free(artifact);
}
#endif
