//! The shim's functions (`shim/shim.cc`), as they are.

use std::ffi::{CStr, c_char, c_int, c_void};

use wasmark_adapter::{Value, ValueType};

/// An isolate.
pub enum Isolate {}
/// A slot of an isolate: a global one, or one of a stay.
pub enum Slot {}
/// Native code of no isolate.
pub enum Shared {}
/// A thread's stay in an isolate.
pub enum Stay {}

/// A context, by its slot, of an isolate, and the thread's stay in that, null where it has none.
#[repr(C)]
pub struct Realm {
    pub isolate: *mut Isolate,
    pub context: *mut Slot,
    pub stay: *const *mut Stay,
}

/// The names by which what an instance exports is found; `initialize` is null where the module is no reactor.
#[repr(C)]
pub struct Names {
    pub exports: *mut Slot,
    pub entry: *mut Slot,
    pub initialize: *mut Slot,
}

/// Functions of an instance, as [`Names`] has them.
#[repr(C)]
pub struct Made {
    pub entry: *mut Slot,
    pub initialize: *mut Slot,
}

/// A number's type, or none.
#[repr(u32)]
#[derive(Clone, Copy)]
pub enum Kind {
    Nothing,
    I32,
    I64,
    F32,
    F64,
    /// Several, as the array that JavaScript gets: the bits are its slot.
    Several,
}

/// A number.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Number {
    pub kind: Kind,
    pub bits: i64,
}

impl Kind {
    /// The kind of a number; `None` of what is none.
    pub fn of(of: ValueType) -> Option<Kind> {
        match of {
            ValueType::I32 => Some(Kind::I32),
            ValueType::I64 => Some(Kind::I64),
            ValueType::F32 => Some(Kind::F32),
            ValueType::F64 => Some(Kind::F64),
            ValueType::V128 | ValueType::FuncRef | ValueType::ExternRef => None,
        }
    }
}

impl Number {
    /// A number for JavaScript; `None` of a vector, which it has none of.
    pub fn of(value: Value) -> Option<Number> {
        Some(Number { kind: Kind::of(value.of())?, bits: value.bits() })
    }
}

/// The most arguments of a call.
pub const MOST_ARGUMENTS: usize = 64;

/// A function for modules to import. Its argument is V8's, and unused.
pub type Callback = extern "C" fn(*const c_void);

/// Where [`wasmark_v8_save`] puts the module's bytes and the code.
pub type Sink = extern "C" fn(to: *mut c_void, *const u8, usize, *const u8, usize);

unsafe extern "C" {
    pub fn wasmark_v8_version() -> *const c_char;
    pub fn wasmark_v8_message() -> *const c_char;
    pub fn wasmark_v8_start(flags: *const c_char, icu: *const c_char, guard_pages: bool);
    pub fn wasmark_v8_isolate_new() -> *mut Isolate;
    pub fn wasmark_v8_isolate_dispose(isolate: *mut Isolate);
    pub fn wasmark_v8_isolate_enter(isolate: *mut Isolate) -> *mut Stay;
    pub fn wasmark_v8_isolate_exit(stay: *mut Stay);
    pub fn wasmark_v8_give(realm: &Realm, slot: *mut Slot);
    pub fn wasmark_v8_context_new(isolate: *mut Isolate, stay: *const Stay) -> *mut Slot;
    pub fn wasmark_v8_release(slot: *mut Slot);
    pub fn wasmark_v8_function(realm: &Realm, callback: Callback) -> *mut Slot;
    pub fn wasmark_v8_string(realm: &Realm, text: *const u8, length: usize) -> *mut Slot;
    pub fn wasmark_v8_evaluate(realm: &Realm, source: *const u8, length: usize) -> *mut Slot;
    pub fn wasmark_v8_apply(
        realm: &Realm,
        function: *mut Slot,
        count: c_int,
        arguments: *const *mut Slot,
    ) -> *mut Slot;
    pub fn wasmark_v8_wrap(realm: &Realm, by: *mut Slot, function: &mut *mut Slot) -> bool;
    pub fn wasmark_v8_instantiate(
        realm: &Realm,
        constructor: *mut Slot,
        module: *mut Slot,
        imports: *mut Slot,
        names: &Names,
        made: &mut Made,
    ) -> bool;
    pub fn wasmark_v8_get(realm: &Realm, object: *mut Slot, key: *mut Slot) -> *mut Slot;
    pub fn wasmark_v8_text(realm: &Realm, value: *mut Slot);
    pub fn wasmark_v8_compile(realm: &Realm, bytes: *const u8, size: usize) -> *mut Slot;
    pub fn wasmark_v8_bytes(realm: &Realm, module: *mut Slot, size: &mut usize) -> *const u8;
    pub fn wasmark_v8_share(realm: &Realm, module: *mut Slot) -> *const Shared;
    pub fn wasmark_v8_adopt(realm: &Realm, shared: *const Shared) -> *mut Slot;
    pub fn wasmark_v8_save(realm: &Realm, module: *mut Slot, sink: Sink, to: *mut c_void) -> bool;
    pub fn wasmark_v8_load(
        realm: &Realm,
        module: *const u8,
        module_size: usize,
        code: *const u8,
        code_size: usize,
    ) -> *mut Slot;
    pub fn wasmark_v8_call(
        realm: &Realm,
        function: *mut Slot,
        count: c_int,
        arguments: *const Number,
        result: &mut Number,
    ) -> bool;
    pub fn wasmark_v8_call_kernel(
        realm: &Realm,
        function: *mut Slot,
        argument: i32,
        result: &mut i64,
    ) -> bool;
    pub fn wasmark_v8_read(realm: &Realm, value: *mut Slot, result: &mut Number);
}

/// V8's version, as the library reports it. Starts nothing.
pub fn version() -> String {
    // SAFETY: a constant of the library's.
    unsafe { CStr::from_ptr(wasmark_v8_version()) }.to_string_lossy().into_owned()
}
