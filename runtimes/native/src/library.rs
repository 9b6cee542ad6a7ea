//! The libraries that kernels are in.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::atomic::{AtomicU32, Ordering::Relaxed},
};

use libloading::Library;
use wasmark_adapter::{Failure, FailureKind, Result};

use crate::Kernel;

/// A kernel's library, loaded.
#[derive(Debug)]
pub struct Loaded {
    file: PathBuf,
    run: Kernel,
    /// Of a copy, which is unloaded with this. The library itself stays loaded as long as the process.
    _copy: Option<Library>,
}

impl Loaded {
    /// The library in this file.
    ///
    /// # Errors
    /// Where it cannot be loaded.
    pub(crate) fn new(file: &Path) -> Result<Loaded> {
        let (library, run) = open(file, file)?;
        std::mem::forget(library);
        Ok(Loaded { file: file.to_owned(), run, _copy: None })
    }

    /// The same with memory of its own: of one file a process has one library, and so one memory.
    ///
    /// # Errors
    /// Where the system's folder for temporary files takes no copy, or none to be executed.
    pub(crate) fn copied(file: &Path) -> Result<Loaded> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("wasmark-native-{}-{}.so", std::process::id(), COUNT.fetch_add(1, Relaxed));
        let copy = std::env::temp_dir().join(name);
        let opened = fs::copy(file, &copy).map_err(Failure::from).and_then(|_| open(&copy, file));
        // What is mapped stays so without a name.
        let _ = fs::remove_file(&copy);
        let (library, run) = opened?;
        Ok(Loaded { file: file.to_owned(), run, _copy: Some(library) })
    }

    /// The library's file.
    pub(crate) fn file(&self) -> &Path {
        &self.file
    }

    /// The kernel's entry, as long as `self` lives.
    pub(crate) fn run(&self) -> Kernel {
        self.run
    }
}

/// A library, which is a copy of the file `original`, and its function.
fn open(file: &Path, original: &Path) -> Result<(Library, Kernel)> {
    // SAFETY: the library is one that build.rs made: it has no initialisers, and its `run` has this type, takes any
    // argument and touches memory of its own.
    let opened = unsafe {
        Library::new(file).and_then(|library| {
            let run: Kernel = *library.get(b"run")?;
            Ok((library, run))
        })
    };
    opened.map_err(|error| {
        let text = format!("the native kernel {}: {error}", original.display());
        Failure::new(FailureKind::Engine, text)
    })
}
