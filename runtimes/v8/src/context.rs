//! Where modules and instances are: isolates, their contexts, and values of them that stay.

use std::{
    cell::Cell,
    ffi::{CStr, c_int},
    ptr,
    rc::Rc,
};

use wasmark_adapter::{Failure, FailureKind, Result};

use crate::{
    failure,
    prepared::Names,
    shim::{self, Callback, Number, Realm, Slot},
};

/// The message of this thread's last failure.
fn message() -> String {
    // SAFETY: a C string of the thread's, read before the next call.
    unsafe { CStr::from_ptr(shim::wasmark_v8_message()) }.to_string_lossy().into_owned()
}

/// An isolate. Used by one thread.
struct Isolate {
    raw: *mut shim::Isolate,
    /// The thread's stay in it; null where it has none.
    stay: Cell<*mut shim::Stay>,
}

impl Isolate {
    /// A new isolate. V8 has started; where it finds no memory, it ends the process.
    fn new() -> Rc<Isolate> {
        // SAFETY: V8 has started.
        let raw = unsafe { shim::wasmark_v8_isolate_new() };
        Rc::new(Isolate { raw, stay: Cell::new(ptr::null_mut()) })
    }
}

impl Drop for Isolate {
    fn drop(&mut self) {
        // SAFETY: every value of the isolate has it, so none is left.
        unsafe { shim::wasmark_v8_isolate_dispose(self.raw) }
    }
}

/// This thread in an isolate and a handle scope of it, as hosts with one isolate have it: every call would make and leave
/// both otherwise.
struct Entered(Rc<Isolate>);

impl Entered {
    fn new(isolate: &Rc<Isolate>) -> Rc<Entered> {
        // SAFETY: the isolate lives.
        isolate.stay.set(unsafe { shim::wasmark_v8_isolate_enter(isolate.raw) });
        Rc::new(Entered(isolate.clone()))
    }
}

impl Drop for Entered {
    fn drop(&mut self) {
        // SAFETY: entered by this thread, which is the only one; the isolate lives.
        unsafe { shim::wasmark_v8_isolate_exit(self.0.stay.replace(ptr::null_mut())) }
    }
}

/// A value that the garbage collector leaves alone, and that its isolate outlives.
pub struct Held {
    slot: *mut Slot,
    isolate: Rc<Isolate>,
}

impl Drop for Held {
    fn drop(&mut self) {
        // SAFETY: the slot is this value's alone, and its isolate lives.
        unsafe { shim::wasmark_v8_release(self.slot) }
    }
}

/// A function of an instance, with the context that it is called in.
pub struct Function {
    /// Where the thread stays in the isolate, of its stay, which the context keeps: what a handle is in a host's own code.
    /// Else global.
    slot: *mut Slot,
    context: Rc<Context>,
}

impl Function {
    /// The context that it is called in.
    pub fn context(&self) -> &Rc<Context> {
        &self.context
    }

    /// Calls it, of these arguments' and this result's types.
    #[inline]
    pub fn call(&self, arguments: &[Number], kind: shim::Kind) -> Result<i64> {
        let mut result = Number { kind, bits: 0 };
        let (realm, count) = (&self.context.realm, arguments.len() as c_int);
        // SAFETY: the function was checked to be of this type, with no more arguments than a call may have.
        let returned =
            unsafe { shim::wasmark_v8_call(realm, self.slot, count, arguments.as_ptr(), &mut result) };
        if returned { Ok(result.bits) } else { Err(failure::of(&message())) }
    }

    /// As [`Function::call`], of a kernel.
    #[inline(always)]
    pub fn call_kernel(&self, argument: i32) -> Result<i64> {
        let mut result = 0;
        // SAFETY: the function was checked to be a kernel.
        let returned =
            unsafe { shim::wasmark_v8_call_kernel(&self.context.realm, self.slot, argument, &mut result) };
        if returned { Ok(result) } else { Err(failure::of(&message())) }
    }

    /// As [`Function::call`], of a function with several results: the array that JavaScript gets.
    #[inline]
    pub fn call_for_several(&self, arguments: &[Number]) -> Result<Held> {
        let slot = self.call(arguments, shim::Kind::Several)?;
        self.context.hold(ptr::with_exposed_provenance_mut(slot as usize))
    }

    /// What a JavaScript function returns of it, which is a function, too.
    pub fn wrapped(mut self, by: &Held) -> Result<Function> {
        // SAFETY: the slot is this function's alone, and both are of this isolate.
        let wrapped = unsafe { shim::wasmark_v8_wrap(&self.context.realm, by.slot, &mut self.slot) };
        if wrapped { Ok(self) } else { Err(failure::of(&message())) }
    }
}

impl Drop for Function {
    fn drop(&mut self) {
        // SAFETY: the slot is this function's alone, and the context keeps the isolate and the stay.
        unsafe { shim::wasmark_v8_give(&self.context.realm, self.slot) }
    }
}

/// A context of an isolate.
pub struct Context {
    realm: Realm,
    held: Held,
    /// Dropped after the slots.
    entered: Option<Rc<Entered>>,
}

impl Context {
    /// A context of a new isolate, in which this thread stays as long as contexts of it are there. A thread leaves its
    /// isolates in the reverse order: what is of one ends before the thread makes another, or after that has ended.
    pub fn entered() -> Result<Rc<Context>> {
        let isolate = Isolate::new();
        let entered = Entered::new(&isolate);
        Context::new(&isolate, Some(entered))
    }

    /// A context of a new isolate, which every call enters.
    pub fn apart() -> Result<Rc<Context>> {
        Context::new(&Isolate::new(), None)
    }

    /// A further context of the same isolate.
    pub fn beside(&self) -> Result<Rc<Context>> {
        Context::new(self.isolate(), self.entered.clone())
    }

    fn new(isolate: &Rc<Isolate>, entered: Option<Rc<Entered>>) -> Result<Rc<Context>> {
        // SAFETY: the isolate lives, and the thread's stay if there is one.
        let slot = unsafe { shim::wasmark_v8_context_new(isolate.raw, isolate.stay.get()) };
        if slot.is_null() {
            return Err(Failure::new(FailureKind::Resource, "V8 makes no further context"));
        }
        let held = Held { slot, isolate: isolate.clone() };
        // As long as the isolate, which `held` has.
        let stay = isolate.stay.as_ptr();
        Ok(Rc::new(Context { realm: Realm { isolate: isolate.raw, context: slot, stay }, held, entered }))
    }

    /// The context's isolate.
    fn isolate(&self) -> &Rc<Isolate> {
        &self.held.isolate
    }

    /// The value of a shim's function, or why there is none.
    fn hold(&self, slot: *mut Slot) -> Result<Held> {
        if slot.is_null() {
            return Err(failure::of(&message()));
        }
        Ok(Held { slot, isolate: self.isolate().clone() })
    }

    /// A function that modules can import.
    pub fn function(&self, callback: Callback) -> Result<Held> {
        // SAFETY: the context lives, here and below.
        self.hold(unsafe { shim::wasmark_v8_function(&self.realm, callback) })
    }

    /// A text of JavaScript's.
    pub fn string(&self, text: &str) -> Result<Held> {
        // SAFETY: the text has this length.
        self.hold(unsafe { shim::wasmark_v8_string(&self.realm, text.as_ptr(), text.len()) })
    }

    /// The value of a script.
    pub fn evaluate(&self, source: &str) -> Result<Held> {
        // SAFETY: the source has this length.
        self.hold(unsafe { shim::wasmark_v8_evaluate(&self.realm, source.as_ptr(), source.len()) })
    }

    /// What a JavaScript function returns.
    pub fn apply(&self, function: &Held, arguments: &[&Held]) -> Result<Held> {
        let slots: Vec<*mut Slot> = arguments.iter().map(|value| value.slot).collect();
        let count = slots.len() as c_int;
        // SAFETY: so many arguments, of this isolate.
        self.hold(unsafe { shim::wasmark_v8_apply(&self.realm, function.slot, count, slots.as_ptr()) })
    }

    /// `new constructor(module, imports)`: the entry and the initialiser, by their names.
    #[inline(always)]
    pub(crate) fn instantiate(
        self: &Rc<Self>,
        constructor: &Held,
        module: &Held,
        imports: Option<&Held>,
        names: &Names,
    ) -> Result<(Function, Option<Function>)> {
        let slot = |value: Option<&Held>| value.map_or(ptr::null_mut(), |value| value.slot);
        let names = shim::Names {
            exports: names.exports.slot,
            entry: names.entry.slot,
            initialize: slot(names.initialize.as_ref()),
        };
        let mut made = shim::Made { entry: ptr::null_mut(), initialize: ptr::null_mut() };
        // SAFETY: values of this isolate, of these kinds.
        let done = unsafe {
            shim::wasmark_v8_instantiate(
                &self.realm,
                constructor.slot,
                module.slot,
                slot(imports),
                &names,
                &mut made,
            )
        };
        if !done {
            return Err(failure::of(&message()));
        }
        let function = |slot| Function { slot, context: self.clone() };
        let initialize = (!made.initialize.is_null()).then(|| function(made.initialize));
        Ok((function(made.entry), initialize))
    }

    /// `WebAssembly.Instance` of this context.
    pub fn constructor(&self) -> Result<Held> {
        let missing = || Failure::engine("V8 has no WebAssembly");
        let namespace = self.get(None, &self.string("WebAssembly")?)?.ok_or_else(missing)?;
        self.get(Some(&namespace), &self.string("Instance")?)?.ok_or_else(missing)
    }

    /// A property of an object, or of the global one, by its name; `None` where it is undefined.
    pub fn get(&self, object: Option<&Held>, name: &Held) -> Result<Option<Held>> {
        let object = object.map_or(ptr::null_mut(), |object| object.slot);
        // SAFETY: the values are of this isolate.
        let slot = unsafe { shim::wasmark_v8_get(&self.realm, object, name.slot) };
        if slot.is_null() && message().is_empty() { Ok(None) } else { self.hold(slot).map(Some) }
    }

    /// A value as text.
    pub fn text(&self, value: &Held) -> String {
        // SAFETY: the value is of this isolate.
        unsafe { shim::wasmark_v8_text(&self.realm, value.slot) };
        message()
    }

    /// The module of these bytes.
    pub fn compile(&self, wasm: &[u8]) -> Result<Held> {
        // SAFETY: so many bytes, which V8 copies.
        self.hold(unsafe { shim::wasmark_v8_compile(&self.realm, wasm.as_ptr(), wasm.len()) })
    }

    /// The bytes of a module.
    pub fn bytes<'a>(&self, module: &'a Held) -> &'a [u8] {
        let mut size = 0;
        // SAFETY: the value is a module, which keeps so many bytes.
        unsafe {
            let at = shim::wasmark_v8_bytes(&self.realm, module.slot, &mut size);
            std::slice::from_raw_parts(at, size)
        }
    }

    /// The native code of a module, for other isolates.
    pub fn share(&self, module: &Held) -> *const shim::Shared {
        // SAFETY: the value is a module.
        unsafe { shim::wasmark_v8_share(&self.realm, module.slot) }
    }

    /// The module of this native code.
    pub fn adopt(&self, shared: *const shim::Shared) -> Result<Held> {
        // SAFETY: what is shared lives as long as the process.
        self.hold(unsafe { shim::wasmark_v8_adopt(&self.realm, shared) })
    }

    /// The bytes of a module and of V8's code cache of it; `None` where V8 has nothing to keep.
    pub fn save(&self, module: &Held) -> Option<(Vec<u8>, Vec<u8>)> {
        let mut saved = None;
        // SAFETY: the value is a module; the sink is called before this returns, with what `to` is.
        unsafe { shim::wasmark_v8_save(&self.realm, module.slot, sink, (&raw mut saved).cast()) };
        saved
    }

    /// The module of these bytes and this code cache.
    pub fn load(&self, wasm: &[u8], code: &[u8]) -> Result<Held> {
        // SAFETY: so many bytes each, which V8 copies.
        let slot = unsafe {
            shim::wasmark_v8_load(&self.realm, wasm.as_ptr(), wasm.len(), code.as_ptr(), code.len())
        };
        self.hold(slot).map_err(|refused| {
            let message = "V8 refuses the artifact: it is of another V8 or of other flags; compile it again";
            Failure::new(FailureKind::Invalid, format!("{message} ({refused})"))
        })
    }

    /// The bits of a number of this kind.
    pub fn read(&self, value: &Held, kind: shim::Kind) -> i64 {
        let mut result = Number { kind, bits: 0 };
        // SAFETY: the value is of this isolate, and a function of a module returned it as of this kind.
        unsafe { shim::wasmark_v8_read(&self.realm, value.slot, &mut result) };
        result.bits
    }
}

extern "C" fn sink(
    to: *mut std::ffi::c_void,
    wasm: *const u8,
    wasm_size: usize,
    code: *const u8,
    code_size: usize,
) {
    // SAFETY: `save` passes its own variable, and the shim as many bytes as it states.
    unsafe {
        let bytes = |at, size| std::slice::from_raw_parts(at, size).to_vec();
        *to.cast::<Option<(Vec<u8>, Vec<u8>)>>() = Some((bytes(wasm, wasm_size), bytes(code, code_size)));
    }
}
