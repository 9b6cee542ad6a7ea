// V8 as the adapter needs it: a few functions over values that the garbage collector leaves alone (global slots, and
// slots of a thread's stay).
// Nothing here throws, prints or knows what is measured. A function that fails leaves what V8 threw, as text, for
// wasmark_v8_message(). An isolate is used by one thread at a time.
#include "v8.h"

#include <new>

using namespace v8;

namespace {

// What was thrown last, or another text; cut off where it is too long.
thread_local char message[1024];

class Stay;

// Where things are: a context, by its global slot, of an isolate, and the thread's stay in that, null where it has none.
struct Realm {
  Isolate *isolate;
  uintptr_t *context;
  Stay *const *stay;
};

// A number that crosses the boundary; the bits as in Rust's Value::bits.
enum Kind : uint32_t { NOTHING, I32, I64, F32, F64, SEVERAL };
struct Number64 {
  Kind kind;
  int64_t bits;
};

constexpr int MOST_ARGUMENTS = 64;

internal::Isolate *inner(Isolate *isolate) { return reinterpret_cast<internal::Isolate *>(isolate); }

// V8's HandleScope, which is inline in its headers, in an isolate that the thread enters where it is not there already.
class Scope {
public:
  Scope(Isolate *isolate, bool entered)
      : isolate(isolate), next(word(internal::HandleScope::current_next_address(inner(isolate)))),
        limit(word(internal::HandleScope::current_limit_address(inner(isolate)))),
        level(*reinterpret_cast<int *>(internal::HandleScope::current_level_address(inner(isolate)))),
        old_next(next), old_limit(limit), enters(!entered) {
    if (enters)
      isolate->Enter();
    level += 1;
  }
  ~Scope() {
    next = old_next;
    level -= 1;
    if (limit != old_limit) {
      limit = old_limit;
      internal::HandleScope::DeleteExtensions(inner(isolate));
    }
    if (enters)
      isolate->Exit();
  }
  Scope(const Scope &) = delete;

private:
  static uintptr_t &word(uintptr_t address) { return *reinterpret_cast<uintptr_t *>(address); }
  Isolate *isolate;
  uintptr_t &next, &limit;
  int &level;
  uintptr_t old_next, old_limit;
  bool enters;
};

// A thread's stay in an isolate, with a scope whose slots can be taken and given back in any order. A slot here is what a
// host's own handle is; a global one is entered into V8's lists, and costs as much as a tenth of a small instance.
class Stay {
public:
  // The first handle has V8 allocate room for further ones, which it would otherwise allocate and free in every request.
  explicit Stay(Isolate *isolate) : isolate(isolate), scope(isolate, false) { give(fresh()); }
  ~Stay() { __builtin_free(spare); }
  Stay(const Stay &) = delete;
  // A slot of this scope. No other scope is open.
  uintptr_t *take() { return spares ? spare[--spares] : fresh(); }
  void give(uintptr_t *slot) {
    // A small integer, which keeps nothing alive.
    *slot = 0;
    if (spares == room) {
      room = room ? 2 * room : 64;
      spare = static_cast<uintptr_t **>(__builtin_realloc(spare, room * sizeof *spare));
    }
    spare[spares++] = slot;
  }

private:
  uintptr_t *fresh() { return Integer::New(isolate, 0).slot; }
  Isolate *isolate;
  Scope scope;
  uintptr_t **spare = nullptr;
  size_t spares = 0, room = 0;
};

template <class T> Local<T> local(uintptr_t *slot) {
  Local<T> value;
  value.slot = slot;
  return value;
}

// Leaves a text as the message.
void leave(const String::Utf8Value &text) {
  size_t length = 0;
  for (; text.text && length < text.length && length < sizeof message - 1; length++)
    message[length] = text.text[length];
  message[length] = 0;
}

// A scope in which what V8 throws ends up as text. What is given the context enters it by itself.
class Request {
public:
  explicit Request(const Realm *realm)
      : isolate(realm->isolate), context(local<Context>(realm->context)), scope(isolate, *realm->stay), caught(isolate) {}
  // A property of an object; empty where it is undefined, and then nothing was thrown.
  MaybeLocal<Value> get(Local<Object> object, Local<Value> key) {
    MaybeLocal<Value> value = object->Get(context, key);
    return value && value->FullIsUndefined() ? MaybeLocal<Value>() : value;
  }
  // A global slot for a value; null, and the message, where there is none.
  template <class T> uintptr_t *keep(Local<T> value) {
    if (value)
      return api_internal::GlobalizeReference(inner(isolate), *value.slot);
    explain();
    return nullptr;
  }
  void explain() {
    Local<Value> thrown = caught.Exception();
    message[0] = 0;
    if (!thrown)
      return;
    // What was thrown may be an object, and becomes text by its own code.
    context->Enter();
    leave(String::Utf8Value(isolate, thrown));
    context->Exit();
  }
  MaybeLocal<String> string(const char *text, size_t length) {
    return String::NewFromUtf8(isolate, text, NewStringType::kNormal, static_cast<int>(length));
  }

  Isolate *const isolate;
  const Local<Context> context;

private:
  Scope scope;
  TryCatch caught;
};

// The same in the context, for what finds it by itself.
class Attempt : public Request {
public:
  explicit Attempt(const Realm *realm) : Request(realm) { context->Enter(); }
  ~Attempt() { context->Exit(); }
};

template <class T> T cast(int64_t bits) {
  T value;
  __builtin_memcpy(&value, &bits, sizeof value);
  return value;
}

template <class T> int64_t bits(T value) {
  int64_t bits = 0;
  __builtin_memcpy(&bits, &value, sizeof value);
  return bits;
}

Local<Value> value(Isolate *isolate, const Number64 &number) {
  switch (number.kind) {
  case I64:
    return Local<Value>(BigInt::New(isolate, number.bits));
  case F32:
    return Local<Value>(Number::New(isolate, cast<float>(number.bits)));
  case F64:
    return Local<Value>(Number::New(isolate, cast<double>(number.bits)));
  default:
    return Local<Value>(Integer::New(isolate, cast<int32_t>(number.bits)));
  }
}

int64_t bits(Kind kind, Local<Value> value) {
  bool lossless;
  switch (kind) {
  case I32:
    return static_cast<uint32_t>(static_cast<int32_t>(local<Number>(value.slot)->Value()));
  case I64:
    return local<BigInt>(value.slot)->Int64Value(&lossless);
  case F32:
    return bits(static_cast<float>(local<Number>(value.slot)->Value()));
  case F64:
    return bits(local<Number>(value.slot)->Value());
  default:
    return 0;
  }
}

} // namespace

extern "C" {

const char *wasmark_v8_version() { return V8::GetVersion(); }

// The message of this thread's last failure; empty where V8 threw nothing.
const char *wasmark_v8_message() { return message; }

// Starts V8 in this process, once.
void wasmark_v8_start(const char *flags, const char *icu, bool guard_pages) {
  if (guard_pages)
    V8::EnableWebAssemblyTrapHandler(true);
  mr_init_v8(flags, icu);
}

Isolate *wasmark_v8_isolate_new() {
  static ArrayBuffer::Allocator *allocator;
  if (!allocator)
    allocator = ArrayBuffer::Allocator::NewDefaultAllocator();
  Isolate::CreateParams params;
  params.array_buffer_allocator = allocator;
  return Isolate::New(params);
}

// Every slot of the isolate has been released.
void wasmark_v8_isolate_dispose(Isolate *isolate) {
  platform::NotifyIsolateShutdown(internal::V8::GetCurrentPlatform(), isolate);
  isolate->Dispose();
}

// Has this thread in the isolate, and in a scope, until it exits. Requests meanwhile find the thread there.
Stay *wasmark_v8_isolate_enter(Isolate *isolate) { return new (__builtin_malloc(sizeof(Stay))) Stay(isolate); }
void wasmark_v8_isolate_exit(Stay *stay) {
  stay->~Stay();
  __builtin_free(stay);
}

// Gives the slot of an instance's function back.
void wasmark_v8_give(const Realm *realm, uintptr_t *slot) {
  if (Stay *stay = *realm->stay)
    stay->give(slot);
  else
    api_internal::DisposeGlobal(slot);
}

void wasmark_v8_release(uintptr_t *slot) { api_internal::DisposeGlobal(slot); }

// The slot of a new context.
uintptr_t *wasmark_v8_context_new(Isolate *isolate, const Stay *stay) {
  Scope scope(isolate, stay);
  Local<Context> context = Context::New(isolate, nullptr, {}, {}, {}, nullptr, {}, {});
  return context ? api_internal::GlobalizeReference(inner(isolate), *context.slot) : nullptr;
}

// A function for modules to import, which takes and returns nothing.
uintptr_t *wasmark_v8_function(const Realm *realm, FunctionCallback callback) {
  Attempt attempt(realm);
  return attempt.keep(Function::New(attempt.context, callback, {}, 0, ConstructorBehavior::kThrow,
                                    SideEffectType::kHasSideEffect));
}

uintptr_t *wasmark_v8_string(const Realm *realm, const char *text, size_t length) {
  Attempt attempt(realm);
  return attempt.keep(attempt.string(text, length));
}

// The value of a script.
uintptr_t *wasmark_v8_evaluate(const Realm *realm, const char *source, size_t length) {
  Attempt attempt(realm);
  MaybeLocal<String> text = attempt.string(source, length);
  if (!text)
    return attempt.keep(text);
  MaybeLocal<Script> script = Script::Compile(attempt.context, text, nullptr);
  return script ? attempt.keep(script->Run(attempt.context)) : attempt.keep(script);
}

// What a JavaScript function returns.
uintptr_t *wasmark_v8_apply(const Realm *realm, uintptr_t *function, int count, uintptr_t **arguments) {
  Request request(realm);
  return request.keep(local<Function>(function)->Call(request.context, local<Value>(function), count,
                                                      reinterpret_cast<Local<Value> *>(arguments)));
}

// The same of an instance's function, whose place the value takes. On failure returns false, with the message.
bool wasmark_v8_wrap(const Realm *realm, uintptr_t *by, uintptr_t **function) {
  Request request(realm);
  Local<Value> arguments[] = {local<Value>(*function)};
  MaybeLocal<Value> value = local<Function>(by)->Call(request.context, local<Value>(by), 1, arguments);
  if (!value) {
    request.explain();
    return false;
  }
  if (*realm->stay) {
    **function = *value.slot;
  } else {
    // A global slot has lists that depend on the age of its value.
    uintptr_t *wrapped = request.keep(value);
    api_internal::DisposeGlobal(*function);
    *function = wrapped;
  }
  return true;
}

// The names by which what an instance exports is found; `initialize` is null where the module is no reactor.
struct Names {
  uintptr_t *exports, *entry, *initialize;
};

// Functions of an instance, as Names has them.
struct Made {
  uintptr_t *entry, *initialize;
};

// `new constructor(module, imports)`, and its functions of these names, which the module exports, in slots of the thread's
// stay, where it has one. On failure returns false, with the message.
bool wasmark_v8_instantiate(const Realm *realm, uintptr_t *constructor, uintptr_t *module, uintptr_t *imports,
                            const Names *names, Made *made) {
  Stay *stay = *realm->stay;
  uintptr_t *entry_slot = stay ? stay->take() : nullptr;
  uintptr_t *initialize_slot = stay && names->initialize ? stay->take() : nullptr;
  Request request(realm);
  Local<Value> arguments[] = {local<Value>(module), local<Value>(imports)};
  MaybeLocal<Object> instance =
      local<Function>(constructor)->NewInstance(request.context, imports ? 2 : 1, arguments);
  MaybeLocal<Value> exports, entry, initialize;
  if (instance)
    exports = instance->Get(request.context, local<Value>(names->exports));
  if (exports)
    entry = local<Object>(exports.slot)->Get(request.context, local<Value>(names->entry));
  if (entry && names->initialize)
    initialize = local<Object>(exports.slot)->Get(request.context, local<Value>(names->initialize));
  if (!entry || (names->initialize && !initialize)) {
    request.explain();
    if (entry_slot)
      stay->give(entry_slot);
    if (initialize_slot)
      stay->give(initialize_slot);
    return false;
  }
  auto place = [&](MaybeLocal<Value> function, uintptr_t *slot) {
    if (!slot)
      return request.keep(function);
    *slot = *function.slot;
    return slot;
  };
  made->entry = place(entry, entry_slot);
  made->initialize = initialize ? place(initialize, initialize_slot) : nullptr;
  return true;
}

// A property of an object, of the global one where it is null; null with an empty message where it is undefined.
uintptr_t *wasmark_v8_get(const Realm *realm, uintptr_t *object, uintptr_t *key) {
  Request request(realm);
  return request.keep(
      request.get(object ? local<Object>(object) : request.context->Global(), local<Value>(key)));
}

// Leaves a value as text for wasmark_v8_message().
void wasmark_v8_text(const Realm *realm, uintptr_t *value) {
  Attempt attempt(realm);
  leave(String::Utf8Value(attempt.isolate, local<Value>(value)));
}

uintptr_t *wasmark_v8_compile(const Realm *realm, const uint8_t *bytes, size_t size) {
  Attempt attempt(realm);
  return attempt.keep(WasmModuleObject::Compile(attempt.isolate, {bytes, size}));
}

// The module's bytes, as long as it lives.
const uint8_t *wasmark_v8_bytes(const Realm *realm, uintptr_t *module, size_t *size) {
  Attempt attempt(realm);
  CompiledWasmModule compiled(local<WasmModuleObject>(module)->GetCompiledModule());
  MemorySpan<const uint8_t> bytes = compiled.GetWireBytesRef();
  *size = bytes.size;
  return bytes.data;
}

// The module's native code, of no isolate, for other isolates to adopt. Lives as long as the process.
CompiledWasmModule *wasmark_v8_share(const Realm *realm, uintptr_t *module) {
  Attempt attempt(realm);
  return new CompiledWasmModule(local<WasmModuleObject>(module)->GetCompiledModule());
}

// A module of the realm's isolate that shares the native code.
uintptr_t *wasmark_v8_adopt(const Realm *realm, const CompiledWasmModule *shared) {
  Attempt attempt(realm);
  return attempt.keep(WasmModuleObject::FromCompiledModule(attempt.isolate, *shared));
}

// Tells `sink` the module's bytes and V8's code cache of it; false where there is no code to be kept.
bool wasmark_v8_save(const Realm *realm, uintptr_t *module,
                     void (*sink)(void *to, const uint8_t *module, size_t, const uint8_t *code, size_t), void *to) {
  Attempt attempt(realm);
  CompiledWasmModule compiled(local<WasmModuleObject>(module)->GetCompiledModule());
  OwnedBuffer code = compiled.Serialize();
  MemorySpan<const uint8_t> bytes = compiled.GetWireBytesRef();
  if (code.size > 0)
    sink(to, bytes.data, bytes.size, code.bytes, code.size);
  delete[] code.bytes;
  return code.size > 0;
}

// The module of these bytes with the code of a code cache; null with an empty message where V8 refuses the cache.
uintptr_t *wasmark_v8_load(const Realm *realm, const uint8_t *module, size_t module_size, const uint8_t *code,
                           size_t code_size) {
  Attempt attempt(realm);
  uint8_t *copied = new uint8_t[module_size];
  __builtin_memcpy(copied, module, module_size);
  base::OwnedVector<const uint8_t> bytes = {copied, module_size};
  internal::Isolate *isolate = inner(attempt.isolate);
  MaybeLocal<WasmModuleObject> loaded = internal::wasm::DeserializeNativeModule(
      isolate, internal::wasm::WasmEnabledFeatures::FromIsolate(isolate), {code, code_size}, bytes, {}, {});
  // V8 takes the bytes where it takes the code.
  delete[] bytes.data;
  return attempt.keep(loaded);
}

// Calls an exported function with no more than MOST_ARGUMENTS. On a trap returns false, with the message. Of several
// results the bits are the slot of the array that they are in, to be released.
bool wasmark_v8_call(const Realm *realm, uintptr_t *function, int count, const Number64 *arguments, Number64 *result) {
  Request request(realm);
  uintptr_t *values[MOST_ARGUMENTS];
  for (int index = 0; index < count; index++)
    values[index] = value(request.isolate, arguments[index]).slot;
  MaybeLocal<Value> returned =
      local<Function>(function)->Call(request.context, local<Value>(function), count,
                                      reinterpret_cast<Local<Value> *>(values));
  if (!returned) {
    request.explain();
    return false;
  }
  result->bits = result->kind == SEVERAL ? reinterpret_cast<int64_t>(request.keep(returned))
                                         : bits(result->kind, returned);
  return true;
}

// The same of a kernel, which takes an i32 and returns an i64.
bool wasmark_v8_call_kernel(const Realm *realm, uintptr_t *function, int32_t argument, int64_t *result) {
  Request request(realm);
  Local<Value> arguments[] = {Local<Value>(Integer::New(request.isolate, argument))};
  MaybeLocal<Value> returned =
      local<Function>(function)->Call(request.context, local<Value>(function), 1, arguments);
  if (!returned) {
    request.explain();
    return false;
  }
  *result = bits(I64, returned);
  return true;
}

// A number as the kind says.
void wasmark_v8_read(const Realm *realm, uintptr_t *value, Number64 *result) {
  Attempt attempt(realm);
  result->bits = bits(result->kind, local<Value>(value));
}

} // extern "C"
