//! What a workload sees of the world: arguments, directories, stdin, and files that catch what it prints.

use std::{
    fs::File,
    io::{Read, Seek, SeekFrom},
    os::fd::{FromRawFd, OwnedFd},
    path::PathBuf,
    sync::Arc,
};

use sha2::{Digest, Sha256};

use crate::{
    Failure, Result, pipe,
    protocol::{Invocation, Output, Preopen, Stdin},
};

/// The host's side of one invocation. stdout and stderr are files in memory of their own: what a guest prints never
/// reaches the process's descriptors. A kernel's host is there and stays unused.
pub struct Host {
    /// Arguments, the program's name first.
    pub args: Vec<String>,
    /// Environment.
    pub env: Vec<(String, String)>,
    /// Directories.
    pub preopens: Vec<Preopen>,
    /// Where stdin comes from: a file at position 0 when an instance is made, or the reading end of a pipe.
    pub stdin: File,
    /// Where stdout goes; empty, at position 0 when an instance is made.
    pub stdout: File,
    /// Where stderr goes; as stdout.
    pub stderr: File,
    input: Input,
}

/// What stdin is opened from, again for each instance.
enum Input {
    File(PathBuf),
    Pipe(Arc<[u8]>),
}

impl Input {
    fn open(&self) -> Result<File> {
        match self {
            // Opened again, not rewound: an engine may have handed the description to another thread.
            Input::File(path) => Ok(File::open(path)?),
            Input::Pipe(content) => pipe::of(content),
        }
    }
}

impl Host {
    /// The host of an invocation.
    ///
    /// # Errors
    /// Where the stdin file cannot be opened or the system has no memory files.
    pub fn new(invocation: &Invocation, preopens: &[Preopen]) -> Result<Host> {
        let input = match &invocation.stdin {
            None => Input::File(PathBuf::from("/dev/null")),
            Some(Stdin::File(path)) => Input::File(path.clone()),
            Some(Stdin::Pipe { pipe }) => Input::Pipe(std::fs::read(pipe)?.into()),
        };
        Ok(Host {
            args: invocation.args.clone(),
            env: invocation.env.clone(),
            preopens: preopens.to_vec(),
            stdin: input.open()?,
            stdout: memory_file()?,
            stderr: memory_file()?,
            input,
        })
    }

    /// Makes the host as new for a further instance: outputs empty, stdin at its beginning.
    ///
    /// # Errors
    /// Where a file cannot be rewound.
    pub fn reset(&mut self) -> Result<()> {
        self.stdin = self.input.open()?;
        for file in [&mut self.stdout, &mut self.stderr] {
            file.set_len(0)?;
            file.seek(SeekFrom::Start(0))?;
        }
        Ok(())
    }

    /// What a command that ended with `exit_code` gave back.
    ///
    /// # Errors
    /// Where the captured output cannot be read.
    pub fn output(&mut self, exit_code: i32) -> Result<Output> {
        Ok(Output::Command {
            exit_code,
            stdout_sha256: sha256(&contents(&mut self.stdout)?),
            stderr_sha256: sha256(&contents(&mut self.stderr)?),
        })
    }

    /// The beginning of what was printed, for people.
    #[must_use]
    pub fn excerpt(&mut self) -> String {
        let mut text = String::new();
        for (name, file) in [("stdout", &mut self.stdout), ("stderr", &mut self.stderr)] {
            let start = beginning(file);
            if !start.is_empty() {
                text.push_str(&format!("{name}: {start}\n"));
            }
        }
        text
    }

    /// The failure of a call with the beginning of what the guest wrote to stderr: there a program reports what it lacks,
    /// before it traps.
    #[must_use]
    pub fn explain(&mut self, mut failure: Failure) -> Failure {
        let start = beginning(&mut self.stderr);
        if !start.is_empty() {
            failure.message.push_str(&format!("; stderr: {}", start.trim_end()));
        }
        failure
    }
}

fn beginning(file: &mut File) -> String {
    let bytes = contents(file).unwrap_or_default();
    String::from_utf8_lossy(&bytes[..bytes.len().min(400)]).into_owned()
}

fn contents(file: &mut File) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    file.seek(SeekFrom::Start(0))?;
    file.read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// sha256 in lower-case hexadecimal.
#[must_use]
pub fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn memory_file() -> Result<File> {
    // SAFETY: the name is a C string, and a descriptor that is returned has no other owner.
    let fd = unsafe {
        let fd = libc::memfd_create(c"wasmark-output".as_ptr(), libc::MFD_CLOEXEC);
        if fd < 0 {
            return Err(std::io::Error::last_os_error().into());
        }
        OwnedFd::from_raw_fd(fd)
    };
    Ok(File::from(fd))
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;
    use crate::TrapKind;

    fn host(stdin: Option<Stdin>) -> Host {
        let invocation = Invocation { argument: 0, args: vec![], env: vec![], stdin, expected: None };
        Host::new(&invocation, &[]).expect("a host")
    }

    #[test]
    fn a_pipe_gives_all_of_a_file_each_time_and_is_no_file() {
        let path = std::env::temp_dir().join(format!("wasmark-host-{}", std::process::id()));
        // More than any pipe holds.
        let content: Vec<u8> = (0..3_000_000u32).map(|n| (n % 251) as u8).collect();
        std::fs::write(&path, &content).expect("a file");
        let mut host = host(Some(Stdin::Pipe { pipe: path.clone() }));
        std::fs::remove_file(&path).expect("the file");
        for _ in 0..2 {
            assert!(host.stdin.seek(SeekFrom::Start(0)).is_err(), "a pipe has no positions");
            let mut read = Vec::new();
            host.stdin.read_to_end(&mut read).expect("a read");
            assert_eq!(read.len(), content.len());
            assert!(read == content);
            host.reset().expect("a reset");
        }
        // A guest that reads nothing does not block the next.
        host.reset().expect("a reset");
    }

    #[test]
    fn captures_and_resets() {
        let mut host = host(None);
        host.stdout.write_all(b"abc").expect("a write");
        let Output::Command { stdout_sha256, stderr_sha256, exit_code } = host.output(3).expect("an output")
        else {
            panic!("a command's output");
        };
        // FIPS 180-2, "abc", and the empty message.
        assert_eq!(stdout_sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assert_eq!(stderr_sha256, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        assert_eq!(exit_code, 3);
        assert!(host.excerpt().contains("abc"));
        let trap = || Failure::trap(TrapKind::Unreachable, "it trapped");
        assert_eq!(host.explain(trap()).message, "it trapped");
        host.stderr.write_all(b"no input\n").expect("a write");
        assert_eq!(host.explain(trap()).to_string(), "trap: unreachable (it trapped; stderr: no input)");
        host.reset().expect("a reset");
        assert_eq!(contents(&mut host.stdout).expect("readable"), b"");
    }
}
