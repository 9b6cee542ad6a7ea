//! The program that is started.

use std::{
    ffi::CString,
    fs::File,
    os::{
        fd::{AsRawFd, RawFd},
        unix::{ffi::OsStrExt, fs::OpenOptionsExt},
    },
    path::{Path, PathBuf},
};

use libc::c_int;
use wasmark_adapter::{Failure, Result};

use crate::{Start, namespaces};

/// A program, ready to be started any number of times.
pub struct Program {
    /// Its path.
    pub(crate) path: CString,
    /// The folder that it is in.
    pub(crate) folder: CString,
    /// The flags of the namespaces that a process of it gets, where it gets any.
    pub(crate) namespaces: Option<c_int>,
    file: File,
}

impl Program {
    /// The program in the file of this name.
    ///
    /// # Errors
    /// Where the file is missing: it travels with the worker.
    pub(crate) fn open(name: &str, start: Start) -> Result<Program> {
        let missing = || {
            Failure::engine(format!(
                "{name} is not beside the worker: run `wasmark build --runtimes process` again"
            ))
        };
        let path = find(name).ok_or_else(missing)?;
        let file = File::options().read(true).custom_flags(libc::O_PATH).open(&path)?;
        let c_string = |path: &Path| CString::new(path.as_os_str().as_bytes()).map_err(Failure::engine);
        let folder = c_string(path.parent().ok_or_else(missing)?)?;
        let namespaces = match start {
            Start::Plain => None,
            Start::Namespaces => Some(namespaces::flags()),
        };
        Ok(Program { path: c_string(&path)?, folder, namespaces, file })
    }

    /// The descriptor to execute it by, where its path means nothing.
    pub(crate) fn fd(&self) -> RawFd {
        self.file.as_raw_fd()
    }
}

/// The program of this name: beside the worker, or where the build left it.
pub(crate) fn find(name: &str) -> Option<PathBuf> {
    let worker = std::env::current_exe().ok();
    let beside = worker.as_deref().and_then(Path::parent).map(|folder| folder.join(name));
    let built = Path::new(env!("PROCESS_PROGRAMS")).join(name);
    beside.into_iter().chain([built]).find(|path| path.is_file())
}
