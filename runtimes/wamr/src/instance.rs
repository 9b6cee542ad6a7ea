//! Instances: what WASI shows them, and their calls.

use std::{
    ffi::CString,
    os::{fd::AsRawFd, unix::ffi::OsStrExt},
};

use wasmark_adapter::{Failure, Host, Result, Value, ValueType};
use wasmark_wamr_sys::{self as sys, Exception, Wasi};

use crate::{
    entry::{Invocation, TypedEntry, wide},
    failure,
    module::Prepared,
};

/// An instance with its entry. WAMR's memory of it is freed when it is dropped.
pub struct Instance {
    live: sys::Instance,
    entry: TypedEntry,
}

impl Instance {
    /// Instantiates a module and looks its entry up.
    #[inline(always)]
    pub fn new(prepared: &Prepared, stack: u32, host: &Host) -> Result<Instance> {
        let wasi = if prepared.wasi { Some(wasi(host)?) } else { None };
        // SAFETY: the worker drops the module after its instances.
        let live = unsafe { sys::Instance::new(&prepared.module, stack, wasi.as_ref()) };
        let live = live.map_err(|message| failure::of_instantiation(&message))?;
        let entry = prepared.entry.of(&live)?;
        Ok(Instance { live, entry })
    }

    /// Calls the entry.
    #[inline(always)]
    pub fn call(&mut self, argument: i32) -> Result<i64> {
        // SAFETY: the functions are the instance's, and their types, which say how many cells they use, were checked.
        let called = unsafe {
            match &mut self.entry {
                TypedEntry::Kernel(run) => {
                    let mut cells = [argument as u32, 0];
                    self.live.call(*run, &mut cells, 1).map(|()| wide(cells))
                }
                TypedEntry::Command(start) => self.live.call(*start, &mut [], 0).map(|()| 0),
                TypedEntry::Function(function, invocation) => {
                    let Invocation { arguments, cells, scalar, .. } = &mut **invocation;
                    cells[..arguments.len()].copy_from_slice(arguments);
                    self.live.call(*function, cells, arguments.len()).map(|()| match scalar {
                        None => 0,
                        Some(ValueType::I32 | ValueType::F32) => i64::from(cells[0]),
                        Some(_) => wide([cells[0], cells[1]]),
                    })
                }
            }
        };
        called.or_else(|exception| match exception {
            Exception::Exit(code) => Ok(i64::from(code)),
            Exception::Trap(words) => Err(failure::of_call(&words)),
        })
    }

    /// The results of the last call of a function that returned.
    pub fn results(&self) -> Vec<Value> {
        match &self.entry {
            TypedEntry::Function(_, invocation) => invocation.read(),
            TypedEntry::Kernel(_) | TypedEntry::Command(_) => Vec::new(),
        }
    }
}

/// The host as WAMR's WASI sees it.
fn wasi(host: &Host) -> Result<Wasi> {
    let dir = |guest: &str, folder: &[u8]| [guest.as_bytes(), b"::", folder].concat();
    let dirs = host.preopens.iter().map(|one| dir(&one.guest, one.host.as_os_str().as_bytes()));
    Ok(Wasi {
        args: texts(host.args.iter().map(|arg| arg.clone().into_bytes()))?,
        env: texts(host.env.iter().map(|(name, value)| format!("{name}={value}").into_bytes()))?,
        dirs: texts(dirs)?,
        stdio: [&host.stdin, &host.stdout, &host.stderr].map(|file| file.as_raw_fd()),
    })
}

fn texts(texts: impl Iterator<Item = Vec<u8>>) -> Result<Vec<CString>> {
    let texts: std::result::Result<_, _> = texts.map(CString::new).collect();
    texts.map_err(|error| Failure::engine(format!("give the guest {error}: remove the NUL")))
}
