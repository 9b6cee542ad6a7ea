// The part of V8 that the shim calls, declared by hand: V8's headers come with no package, and the wheel of MiniRacer,
// whose library exports every symbol of V8, carries none. A wrong signature is a link error, for the mangled name has
// the types; what it does not have (layouts, return types) is of the one version that wasmark_v8_version() must report.
#pragma once
#include <cstddef>
#include <cstdint>

namespace v8 {

class Isolate;
class Context;
class Value;
class Object;
class ObjectTemplate;
class String;
class Script;
class ScriptOrigin;
class Function;
class WasmModuleObject;
class MicrotaskQueue;
class ExtensionConfiguration;
class Platform;
class Data;

// A slot that the garbage collector knows and updates: of the innermost scope, or a global one.
template <class T> class Local {
public:
  Local() = default;
  template <class U> explicit Local(Local<U> other) : slot(other.slot) {}
  T *operator->() const { return reinterpret_cast<T *>(slot); }
  explicit operator bool() const { return slot != nullptr; }
  uintptr_t *slot = nullptr;
};

template <class T> class MaybeLocal : public Local<T> {};

template <class T> struct MemorySpan {
  T *data;
  size_t size;
};

// Whoever gets it deletes it. Passed in registers, as V8's library has it with its unique_ptr inside.
struct OwnedBuffer {
  const uint8_t *bytes;
  size_t size;
};

enum class NewStringType { kNormal };
enum class ConstructorBehavior { kThrow, kAllow };
enum class SideEffectType { kHasSideEffect };

// Three callbacks of Context::New, of which none is used.
struct DeserializeInternalFieldsCallback { void *callback = nullptr, *data = nullptr; };
struct DeserializeContextDataCallback { void *callback = nullptr, *data = nullptr; };
struct DeserializeAPIWrapperCallback { void *callback = nullptr, *data = nullptr; };

template <class T> class FunctionCallbackInfo;
typedef void (*FunctionCallback)(const FunctionCallbackInfo<Value> &);

class V8 {
public:
  static const char *GetVersion();
  static void EnableWebAssemblyTrapHandler(bool use_v8_signal_handler);
};

class ArrayBuffer {
public:
  class Allocator {
  public:
    static Allocator *NewDefaultAllocator();
  };
};

class Isolate {
public:
  struct CreateParams {
    CreateParams();
    ~CreateParams();
    unsigned char before[96];
    ArrayBuffer::Allocator *array_buffer_allocator;
    unsigned char after[408];
  };
  static Isolate *New(const CreateParams &);
  void Enter();
  void Exit();
  void Dispose();
};

class Data {};

class Value : public Data {
public:
  bool FullIsUndefined() const;
};

class Context : public Data {
public:
  static Local<Context> New(Isolate *, ExtensionConfiguration *, MaybeLocal<ObjectTemplate>, MaybeLocal<Value>,
                            DeserializeInternalFieldsCallback, MicrotaskQueue *, DeserializeContextDataCallback,
                            DeserializeAPIWrapperCallback);
  Local<Object> Global();
  void Enter();
  void Exit();
};

class String {
public:
  static MaybeLocal<String> NewFromUtf8(Isolate *, const char *, NewStringType, int length);
  class Utf8Value {
  public:
    Utf8Value(Isolate *, Local<Value>);
    ~Utf8Value();
    char *text;
    size_t length;
  };
};

class Number {
public:
  static Local<Number> New(Isolate *, double);
  double Value() const;
};

class Integer {
public:
  static Local<Integer> New(Isolate *, int32_t);
};

class BigInt {
public:
  static Local<BigInt> New(Isolate *, int64_t);
  int64_t Int64Value(bool *lossless) const;
};

class Script {
public:
  static MaybeLocal<Script> Compile(Local<Context>, Local<String>, ScriptOrigin *);
  MaybeLocal<Value> Run(Local<Context>);
};

class Object {
public:
  MaybeLocal<Value> Get(Local<Context>, Local<Value> key);
};

class Function {
public:
  static MaybeLocal<Function> New(Local<Context>, FunctionCallback, Local<Data>, int length, ConstructorBehavior,
                                  SideEffectType);
  MaybeLocal<Object> NewInstance(Local<Context>, int, Local<Value> *) const;
  MaybeLocal<Value> Call(Local<Context>, Local<Value> receiver, int, Local<Value> *);
};

class TryCatch {
public:
  explicit TryCatch(Isolate *);
  ~TryCatch();
  Local<Value> Exception() const;

private:
  void *fields[16];
};

// Native code and the module's bytes, counted and of no isolate. Its destructor is in V8's headers alone: what it has is a
// shared_ptr of libc++'s (the object, then its count, which has the owners in its second word) and a string, the name of the
// module's script, which is left behind where it has more than 22 bytes: the library's allocator is its own.
class CompiledWasmModule {
public:
  CompiledWasmModule(const CompiledWasmModule &) = delete;
  // The module of an isolate is another owner.
  ~CompiledWasmModule() { __atomic_fetch_sub(static_cast<long *>(fields[1]) + 1, 1, __ATOMIC_ACQ_REL); }
  OwnedBuffer Serialize();
  MemorySpan<const uint8_t> GetWireBytesRef();

private:
  void *fields[8];
};

class WasmModuleObject {
public:
  static MaybeLocal<WasmModuleObject> Compile(Isolate *, MemorySpan<const uint8_t>);
  static MaybeLocal<WasmModuleObject> FromCompiledModule(Isolate *, const CompiledWasmModule &);
  CompiledWasmModule GetCompiledModule();
};

namespace platform {
void NotifyIsolateShutdown(Platform *, Isolate *);
} // namespace platform

namespace base {
template <class T> struct Vector {
  T *data;
  size_t size;
};
template <class T> struct OwnedVector {
  T *data;
  size_t size;
};
} // namespace base

namespace internal {

class Isolate;

class V8 {
public:
  static Platform *GetCurrentPlatform();
};

class HandleScope {
public:
  static uintptr_t current_next_address(Isolate *);
  static uintptr_t current_limit_address(Isolate *);
  static uintptr_t current_level_address(Isolate *);
  static void DeleteExtensions(Isolate *);
};

namespace wasm {
class WasmEnabledFeatures {
public:
  static WasmEnabledFeatures FromIsolate(Isolate *);
  uint32_t bits;
};
// All zeros: no built-in imports.
struct CompileTimeImports {
  uint64_t fields[8] = {};
};
// A null slot where the artifact is of another V8 or of other flags.
MaybeLocal<WasmModuleObject> DeserializeNativeModule(Isolate *, WasmEnabledFeatures, base::Vector<const uint8_t> code,
                                                     base::OwnedVector<const uint8_t> &module,
                                                     const CompileTimeImports &, base::Vector<const char> url);
} // namespace wasm
} // namespace internal

namespace api_internal {
uintptr_t *GlobalizeReference(internal::Isolate *, uintptr_t value);
void DisposeGlobal(uintptr_t *slot);
} // namespace api_internal

} // namespace v8

// MiniRacer's own: ICU, flags, platform, V8. Once in a process; `icu` is the path of icudtl.dat.
extern "C" void mr_init_v8(const char *flags, const char *icu);
