//! A process in namespaces and with a root of its own: what every container has, and nothing else of a container. No
//! image, no limits of a control group, no network beyond the namespace's own `lo`, which is down, and no user mapped:
//! the process is root of nothing that is outside. A user namespace comes with the others, so that this needs no
//! rights.

use std::{
    ffi::{CStr, c_char, c_int, c_void},
    io,
    mem::MaybeUninit,
    os::fd::{AsRawFd, BorrowedFd, RawFd},
    path::Path,
    ptr,
    sync::atomic::{AtomicI32, AtomicUsize, Ordering::Relaxed},
};

use libc::pid_t;
use wasmark_adapter::{Failure, FailureKind, Result};

use crate::{program::Program, spawn};

/// The calls that make the process, for people.
pub(crate) const CALLS: &str =
    "clone (CLONE_VM, CLONE_VFORK), mount of a tmpfs, pivot_root, umount2, execveat";

/// The namespaces, by their names in /proc/self/ns.
const NAMESPACES: [(&str, c_int); 7] = [
    ("user", libc::CLONE_NEWUSER),
    ("mnt", libc::CLONE_NEWNS),
    ("pid", libc::CLONE_NEWPID),
    ("net", libc::CLONE_NEWNET),
    ("ipc", libc::CLONE_NEWIPC),
    ("uts", libc::CLONE_NEWUTS),
    ("cgroup", libc::CLONE_NEWCGROUP),
];

const REMEDY: &str = "allow user namespaces (sysctl user.max_user_namespaces and kernel.unprivileged_userns_clone, and \
    on Ubuntu kernel.apparmor_restrict_unprivileged_userns=0), or within a container start it privileged";

/// The namespaces that this kernel has.
fn known() -> impl Iterator<Item = (&'static str, c_int)> {
    NAMESPACES.into_iter().filter(|(name, _)| Path::new("/proc/self/ns").join(name).exists())
}

/// Their names, for people.
pub(crate) fn names() -> String {
    known().map(|(name, _)| name).collect::<Vec<_>>().join(", ")
}

/// The flags that ask for them.
pub(crate) fn flags() -> c_int {
    known().fold(0, |flags, (_, flag)| flags | flag)
}

/// What the new process needs, and where it leaves what went wrong: until it executes the program it runs in the
/// worker's memory, and the worker stands still.
struct Inside<'a> {
    program: &'a Program,
    questions: RawFd,
    answers: RawFd,
    step: AtomicUsize,
    error: AtomicI32,
}

/// A call of the new process; it failed where it returns less than 0.
type Step = fn(&Inside) -> c_int;

/// What the new process does, in this order, with the calls' names.
///
/// The tmpfs is mounted over the program's folder, because that is certainly there; no other process sees it. Mounts of a
/// user namespace's owner do not spread, so none has to be made private first.
///
/// SAFETY of each: system calls on C strings and descriptors that live while the worker waits.
const STEPS: [(&str, Step); 7] = [
    ("dup2", |inside| unsafe { libc::dup2(inside.questions, 0) }),
    ("dup2", |inside| unsafe { libc::dup2(inside.answers, 1) }),
    ("mount", |inside| unsafe {
        let (tmpfs, folder) = (c"tmpfs".as_ptr(), inside.program.folder.as_ptr());
        libc::mount(tmpfs, folder, tmpfs, 0, ptr::null())
    }),
    ("chdir", |inside| unsafe { libc::chdir(inside.program.folder.as_ptr()) }),
    // The old root comes to lie over the new one, from where it can be taken away: see pivot_root(2).
    ("pivot_root", |_| unsafe { libc::syscall(libc::SYS_pivot_root, HERE.as_ptr(), HERE.as_ptr()) as c_int }),
    ("umount2", |_| unsafe { libc::umount2(HERE.as_ptr(), libc::MNT_DETACH) }),
    ("execveat", |inside| unsafe {
        let arguments: [*const c_char; 2] = [inside.program.path().as_ptr(), ptr::null()];
        let environment: [*const c_char; 1] = [ptr::null()];
        libc::syscall(
            libc::SYS_execveat,
            inside.program.fd(),
            c"".as_ptr(),
            arguments.as_ptr(),
            environment.as_ptr(),
            libc::AT_EMPTY_PATH,
        ) as c_int
    }),
];
const HERE: &CStr = c".";

/// A stack for the few calls until the program is executed.
#[repr(align(16))]
struct Stack(MaybeUninit<[u8; 32 * 1024]>);

/// Starts the program as [`crate::spawn::spawn`] does, in namespaces of its own and with an empty root.
pub(crate) fn spawn(
    program: &Program,
    flags: c_int,
    (questions, answers): (BorrowedFd<'_>, BorrowedFd<'_>),
) -> Result<pid_t> {
    let inside = Inside {
        program,
        questions: questions.as_raw_fd(),
        answers: answers.as_raw_fd(),
        step: AtomicUsize::new(0),
        error: AtomicI32::new(0),
    };
    let mut stack = Stack(MaybeUninit::uninit());
    let flags = flags | libc::CLONE_VM | libc::CLONE_VFORK | libc::SIGCHLD;
    // SAFETY: with CLONE_VFORK this thread goes on when the process has executed its program or ended, so that the
    // stack and `inside` live long enough and nothing else touches them. `enter` does nothing but system calls.
    let pid = unsafe {
        let top = stack.0.as_mut_ptr().add(1).cast::<c_void>();
        libc::clone(enter, top, flags, ptr::from_ref(&inside).cast_mut().cast())
    };
    if pid < 0 {
        return Err(refused("clone", io::Error::last_os_error()));
    }
    match inside.error.load(Relaxed) {
        0 => Ok(pid),
        error => {
            spawn::wait(pid);
            Err(refused(STEPS[inside.step.load(Relaxed)].0, io::Error::from_raw_os_error(error)))
        }
    }
}

/// What the new process runs. Neither allocates nor panics: it shares the worker's memory.
extern "C" fn enter(inside: *mut c_void) -> c_int {
    // SAFETY: `spawn` gives it an `Inside`, and waits.
    let inside = unsafe { &*inside.cast::<Inside>() };
    for (number, (_, step)) in STEPS.iter().enumerate() {
        if step(inside) < 0 {
            // SAFETY: the C library's own variable.
            inside.error.store(unsafe { *libc::__errno_location() }, Relaxed);
            inside.step.store(number, Relaxed);
            break;
        }
    }
    // SAFETY: ends this process alone; nothing of the worker runs.
    unsafe { libc::_exit(127) }
}

/// A call that the system refused: not permitted here, or no room left.
fn refused(call: &str, error: io::Error) -> Failure {
    let text = format!("{call} of a process in fresh namespaces: {error}");
    match error.raw_os_error() {
        Some(libc::EAGAIN | libc::ENOMEM | libc::EMFILE | libc::ENFILE) => {
            Failure::new(FailureKind::Resource, text)
        }
        _ => Failure::unsupported(format!("{text}; {REMEDY}")),
    }
}
