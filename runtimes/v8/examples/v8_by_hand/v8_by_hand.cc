// The loops that a user of V8 would write, over V8's own interface and with none of the adapter's code: as V8's own
// samples do, a HandleScope and a TryCatch for each request, in one context of one isolate that the thread stays in.
// JavaScript's `new WebAssembly.Instance(module)` makes instances: V8's C++ interface has no other way.
#include "../../shim/v8.h"

using namespace v8;

namespace {

// V8's own class is inline in its headers, which do not come with the library.
class HandleScope {
public:
  explicit HandleScope(Isolate *of)
      : isolate(reinterpret_cast<internal::Isolate *>(of)),
        next(*reinterpret_cast<uintptr_t *>(internal::HandleScope::current_next_address(isolate))),
        limit(*reinterpret_cast<uintptr_t *>(internal::HandleScope::current_limit_address(isolate))),
        level(*reinterpret_cast<int *>(internal::HandleScope::current_level_address(isolate))), old_next(next),
        old_limit(limit) {
    level += 1;
  }
  ~HandleScope() {
    next = old_next;
    level -= 1;
    if (limit != old_limit) {
      limit = old_limit;
      internal::HandleScope::DeleteExtensions(isolate);
    }
  }
  HandleScope(const HandleScope &) = delete;

private:
  internal::Isolate *isolate;
  uintptr_t &next, &limit;
  int &level;
  uintptr_t old_next, old_limit;
};

Isolate *isolate;
// Of a scope that is never left.
Local<Context> context;
Local<Value> module, exports_name, run_name;
Local<Function> constructor;
char message[1024];

// What was thrown, as text.
bool failed(const TryCatch &caught) {
  Local<Value> thrown = caught.Exception();
  String::Utf8Value text(isolate, thrown);
  size_t length = 0;
  for (; text.text && length < text.length && length < sizeof message - 1; length++)
    message[length] = text.text[length];
  message[length] = 0;
  return false;
}

template <class T> Local<T> cast(Local<Value> value) {
  Local<T> other;
  other.slot = value.slot;
  return other;
}

Local<Value> name(const char *text) {
  int length = static_cast<int>(__builtin_strlen(text));
  return Local<Value>(String::NewFromUtf8(isolate, text, NewStringType::kNormal, length));
}

// The function `run` of a new instance; empty where something was thrown.
Local<Function> instantiate() {
  Local<Value> arguments[] = {module};
  MaybeLocal<Object> instance = constructor->NewInstance(context, 1, arguments);
  if (!instance)
    return {};
  MaybeLocal<Value> exports = instance->Get(context, exports_name);
  if (!exports)
    return {};
  return cast<Function>(cast<Object>(exports)->Get(context, run_name));
}

bool call(Local<Function> run, int32_t argument, int64_t *returned) {
  Local<Value> arguments[] = {Local<Value>(Integer::New(isolate, argument))};
  MaybeLocal<Value> value = run->Call(context, Local<Value>(run), 1, arguments);
  if (!value)
    return false;
  bool lossless;
  *returned = cast<BigInt>(value)->Int64Value(&lossless);
  return true;
}

} // namespace

extern "C" {

const char *by_hand_message() { return message; }

bool by_hand_start(const char *flags, const char *icu, bool guard_pages) {
  if (guard_pages)
    V8::EnableWebAssemblyTrapHandler(true);
  mr_init_v8(flags, icu);
  Isolate::CreateParams params;
  params.array_buffer_allocator = ArrayBuffer::Allocator::NewDefaultAllocator();
  isolate = Isolate::New(params);
  isolate->Enter();
  new HandleScope(isolate);
  context = Context::New(isolate, nullptr, {}, {}, {}, nullptr, {}, {});
  context->Enter();
  exports_name = name("exports");
  run_name = name("run");
  TryCatch caught(isolate);
  MaybeLocal<Value> webassembly = context->Global()->Get(context, name("WebAssembly"));
  if (!webassembly)
    return failed(caught);
  MaybeLocal<Value> instance = cast<Object>(webassembly)->Get(context, name("Instance"));
  if (!instance)
    return failed(caught);
  constructor = cast<Function>(instance);
  return true;
}

// Compiles the module that all instances are of.
bool by_hand_compile(const uint8_t *bytes, size_t size) {
  TryCatch caught(isolate);
  MaybeLocal<WasmModuleObject> compiled = WasmModuleObject::Compile(isolate, {bytes, size});
  if (!compiled)
    return failed(caught);
  module = Local<Value>(compiled);
  return true;
}

// A new instance, called, and left to the garbage collector.
bool by_hand_fresh(int32_t argument, int64_t *returned) {
  HandleScope scope(isolate);
  TryCatch caught(isolate);
  Local<Function> run = instantiate();
  return run && call(run, argument, returned) ? true : failed(caught);
}

// The function `run` of a new instance, which stays; null where something was thrown.
uintptr_t *by_hand_instance() {
  HandleScope scope(isolate);
  TryCatch caught(isolate);
  Local<Function> run = instantiate();
  if (!run) {
    failed(caught);
    return nullptr;
  }
  return api_internal::GlobalizeReference(reinterpret_cast<internal::Isolate *>(isolate), *run.slot);
}

void by_hand_release(uintptr_t *run) { api_internal::DisposeGlobal(run); }

bool by_hand_call(uintptr_t *run, int32_t argument, int64_t *returned) {
  HandleScope scope(isolate);
  TryCatch caught(isolate);
  Local<Function> function;
  function.slot = run;
  return call(function, argument, returned) ? true : failed(caught);
}

} // extern "C"
