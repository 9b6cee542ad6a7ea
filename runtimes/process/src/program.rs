//! The program that is started.

use std::{
    ffi::{CStr, CString, OsStr},
    fs::File,
    os::{
        fd::{AsRawFd, RawFd},
        unix::{ffi::OsStrExt, fs::OpenOptionsExt},
    },
    path::{Path, PathBuf},
};

use libc::c_int;
use wasmark_adapter::{Failure, Result};

/// What is executed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Executable {
    /// A file that travels with the worker.
    Beside(&'static str),
    /// node, as the machine has it, with a script and a module that travel with the worker.
    Node,
}

/// What node is started with.
const FOR_NODE: [&str; 2] = ["wasmark-process-node.js", "wasmark-process-noop.wasm"];

impl Executable {
    /// Its file, where it is there.
    pub(crate) fn find(self) -> Option<PathBuf> {
        match self {
            Executable::Beside(name) => beside(name),
            Executable::Node => {
                let path = std::env::var_os("PATH")?;
                std::env::split_paths(&path).map(|folder| folder.join("node")).find(|file| file.is_file())
            }
        }
    }

    /// The files that it is given.
    fn words(self) -> &'static [&'static str] {
        match self {
            Executable::Beside(_) => &[],
            Executable::Node => &FOR_NODE,
        }
    }

    fn missing(self) -> Failure {
        match self {
            Executable::Beside(name) => left_behind(name),
            Executable::Node => Failure::unsupported(
                "node is not on PATH: install Node.js (Debian's package is called nodejs)".to_owned(),
            ),
        }
    }
}

/// A program, ready to be started any number of times.
pub struct Program {
    /// Its command line, its path first.
    pub(crate) words: Vec<CString>,
    /// The folder that it is in.
    pub(crate) folder: CString,
    /// The flags of the namespaces that a process of it gets, where it gets any.
    pub(crate) namespaces: Option<c_int>,
    file: File,
}

impl Program {
    /// The program of this executable, whose processes get these namespaces.
    ///
    /// # Errors
    /// Where a file is missing, or node is.
    pub(crate) fn open(executable: Executable, namespaces: Option<c_int>) -> Result<Program> {
        let path = executable.find().ok_or_else(|| executable.missing())?;
        let file = File::options().read(true).custom_flags(libc::O_PATH).open(&path)?;
        let c_string = |path: &Path| CString::new(path.as_os_str().as_bytes()).map_err(Failure::engine);
        let folder = c_string(path.parent().ok_or_else(|| executable.missing())?)?;
        let mut words = vec![c_string(&path)?];
        for name in executable.words() {
            words.push(c_string(&beside(name).ok_or_else(|| left_behind(name))?)?);
        }
        Ok(Program { words, folder, namespaces, file })
    }

    /// The files of its command line: the program and what it is given.
    pub(crate) fn files(&self) -> Vec<PathBuf> {
        self.words.iter().map(|word| PathBuf::from(OsStr::from_bytes(word.as_bytes()))).collect()
    }

    /// Its path.
    pub(crate) fn path(&self) -> &CStr {
        &self.words[0]
    }

    /// The descriptor to execute it by, where its path means nothing.
    pub(crate) fn fd(&self) -> RawFd {
        self.file.as_raw_fd()
    }
}

/// The file of this name: beside the worker, or where the build left it.
fn beside(name: &str) -> Option<PathBuf> {
    let worker = std::env::current_exe().ok();
    let beside = worker.as_deref().and_then(Path::parent).map(|folder| folder.join(name));
    let built = Path::new(env!("PROCESS_PROGRAMS")).join(name);
    beside.into_iter().chain([built]).find(|path| path.is_file())
}

fn left_behind(name: &str) -> Failure {
    Failure::engine(format!("{name} is not beside the worker: run `wasmark build --runtimes process` again"))
}
