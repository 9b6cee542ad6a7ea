//! Why there is no instance, and what ended one.

use std::{fmt::Display, io};

use wasmer::{InstantiationError, RuntimeError};
use wasmer_wasix::{WasiError, WasiRuntimeError, WasiThreadError};

/// Why a module with WASI is not instantiated.
pub enum Error {
    /// wasmer refused it.
    Instantiation(Box<InstantiationError>),
    /// Its start function or its initialiser trapped.
    Trap(RuntimeError),
    /// It lacks an export.
    Export(String),
    /// The system lacks something, or does not give it.
    Resource(String),
    /// Anything else.
    Engine(String),
}

impl Error {
    /// Anything else.
    pub(crate) fn engine(error: impl Display) -> Error {
        Error::Engine(error.to_string())
    }
}

impl From<io::Error> for Error {
    fn from(error: io::Error) -> Error {
        Error::Resource(error.to_string())
    }
}

impl From<WasiRuntimeError> for Error {
    fn from(error: WasiRuntimeError) -> Error {
        match error {
            WasiRuntimeError::Instantiation(error) => Error::Instantiation(Box::new(error)),
            WasiRuntimeError::Thread(WasiThreadError::InstanceCreateFailed(error)) => {
                Error::Instantiation(error)
            }
            WasiRuntimeError::Thread(WasiThreadError::InitFailed(error)) => match error.downcast_ref() {
                Some(trap) => Error::Trap(RuntimeError::clone(trap)),
                None => Error::engine(error),
            },
            WasiRuntimeError::Runtime(trap) => Error::Trap(trap),
            WasiRuntimeError::Export(_) | WasiRuntimeError::Thread(WasiThreadError::ExportError(_)) => {
                Error::Export(error.to_string())
            }
            WasiRuntimeError::Init(_) => Error::Resource(error.to_string()),
            _ => Error::engine(error),
        }
    }
}

/// The code that the guest's process exited with, if that is what ended the call.
#[must_use]
pub fn exit_code(error: &RuntimeError) -> Option<i64> {
    match error.downcast_ref()? {
        WasiError::Exit(code) => Some(i64::from(code.raw())),
        _ => None,
    }
}
