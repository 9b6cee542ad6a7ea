//! The kernel's counters for this process. They are not read inside a timed window; the fault counter is read
//! immediately before and after it.

use std::{
    fs,
    io::{BufRead, BufReader, Read},
    os::fd::AsRawFd,
    path::{Path, PathBuf},
};

use crate::{
    Failure, Result,
    protocol::{Memory, MemoryState},
};

/// Page faults of this process so far that needed no I/O.
#[must_use]
#[inline(always)]
pub fn minor_faults() -> u64 {
    usage(libc::RUSAGE_SELF).ru_minflt as u64
}

/// CPU time of the children that this process has waited for, in nanoseconds.
#[must_use]
#[inline(always)]
pub fn children_cpu_ns() -> u64 {
    let usage = usage(libc::RUSAGE_CHILDREN);
    ns(usage.ru_utime) + ns(usage.ru_stime)
}

/// What the kernel counts of one thread.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct ThreadUsage {
    /// The kernel's time in nanoseconds.
    pub system_ns: u64,
    /// Context switches, voluntary or not.
    pub switches: u64,
    /// Page faults that needed no I/O.
    pub minor_faults: u64,
}

impl ThreadUsage {
    /// What was added since an earlier reading.
    pub fn since(self, before: ThreadUsage) -> ThreadUsage {
        ThreadUsage {
            system_ns: self.system_ns.saturating_sub(before.system_ns),
            switches: self.switches.saturating_sub(before.switches),
            minor_faults: self.minor_faults.saturating_sub(before.minor_faults),
        }
    }
}

/// Of the calling thread, so far.
pub(crate) fn thread_usage() -> ThreadUsage {
    let usage = usage(libc::RUSAGE_THREAD);
    ThreadUsage {
        system_ns: ns(usage.ru_stime),
        switches: (usage.ru_nvcsw + usage.ru_nivcsw) as u64,
        minor_faults: usage.ru_minflt as u64,
    }
}

/// Has the kernel wake the calling thread when it asked to be woken, and not up to 50 microseconds later.
pub(crate) fn wake_exactly() {
    // SAFETY: prctl with constants; 1 is the least, a nanosecond.
    unsafe { libc::prctl(libc::PR_SET_TIMERSLACK, 1, 0, 0, 0) };
}

/// Takes the calling thread out of real-time scheduling. Busy threads on every processor leave nothing to the rest of the machine, and
/// the kernel stops them for 50 ms of each second.
pub(crate) fn ordinary() {
    let priority = libc::sched_param { sched_priority: 0 };
    // SAFETY: a valid struct; a thread may always give up its priority.
    unsafe { libc::sched_setscheduler(0, libc::SCHED_OTHER, &priority) };
}

fn ns(time: libc::timeval) -> u64 {
    time.tv_sec as u64 * 1_000_000_000 + time.tv_usec as u64 * 1_000
}

#[inline(always)]
fn usage(of: libc::c_int) -> libc::rusage {
    let mut usage = std::mem::MaybeUninit::<libc::rusage>::uninit();
    // SAFETY: `getrusage` fills the struct for this process, its children or this thread, and has no way to fail.
    unsafe {
        libc::getrusage(of, usage.as_mut_ptr());
        usage.assume_init()
    }
}

/// Whether the calling thread runs under SCHED_FIFO, or SCHED_RR, as a pinned worker does.
#[must_use]
pub fn realtime() -> bool {
    // SAFETY: no arguments that could be invalid; 0 is the calling thread.
    let policy = unsafe { libc::sched_getscheduler(0) & !libc::SCHED_RESET_ON_FORK };
    [libc::SCHED_FIFO, libc::SCHED_RR].contains(&policy)
}

/// Has the kernel end this process when the controller ends: a worker never outlives the run that it belongs to.
pub fn end_with_controller() {
    // SAFETY: prctl with constants.
    unsafe { libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL, 0, 0, 0) };
}

/// Turns transparent huge pages off for this process: with them, the memory of an instance depends on where the
/// kernel happened to place it.
pub fn no_huge_pages() {
    // SAFETY: prctl with constants; a kernel that does not know the option returns an error and changes nothing.
    unsafe { libc::prctl(libc::PR_SET_THP_DISABLE, 1, 0, 0, 0) };
}

/// Lets this process open as many files as it may: each instance of a command holds some, and a shell's own limit of
/// often 1,024 would end a series of many instances before the engine does.
pub fn all_descriptors() {
    let mut limit = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
    // SAFETY: a valid struct, which the kernel fills and reads; where it refuses, the limit stays as it is.
    unsafe {
        if libc::getrlimit(libc::RLIMIT_NOFILE, &mut limit) == 0 {
            limit.rlim_cur = limit.rlim_max;
            libc::setrlimit(libc::RLIMIT_NOFILE, &limit);
        }
    }
}

/// What names a resource that is limited.
#[cfg(target_env = "gnu")]
pub(crate) type Resource = libc::__rlimit_resource_t;
#[cfg(not(target_env = "gnu"))]
pub(crate) type Resource = libc::c_int;

/// The soft limit of a resource of this process; none where there is none.
pub(crate) fn limit(resource: Resource) -> Option<u64> {
    let mut limit = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
    // SAFETY: `limit` is a valid place for the answer.
    let known = unsafe { libc::getrlimit(resource, &mut limit) } == 0;
    (known && limit.rlim_cur != libc::RLIM_INFINITY).then_some(limit.rlim_cur)
}

/// The mappings that a process may have: `vm.max_map_count`.
pub(crate) fn most_mappings() -> Option<u64> {
    fs::read_to_string("/proc/sys/vm/max_map_count").ok()?.trim().parse().ok()
}

/// The address space that this process may have, in bytes: its own limit, and Linux's for a process that does not ask for
/// more.
pub(crate) fn address_space() -> Option<u64> {
    let linux = match std::env::consts::ARCH {
        "x86_64" => Some(1 << 47),
        "aarch64" => Some(1 << 48),
        _ => None,
    };
    limit(libc::RLIMIT_AS).into_iter().chain(linux).min()
}

/// Resident memory of this process in bytes, by a count that the kernel keeps; 0 where it cannot be read.
pub(crate) fn resident() -> u64 {
    let statm = fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let pages: u64 = statm.split(' ').nth(1).and_then(|field| field.parse().ok()).unwrap_or(0);
    // SAFETY: sysconf has no preconditions.
    pages * unsafe { libc::sysconf(libc::_SC_PAGESIZE) } as u64
}

/// The C library that this process runs with.
#[must_use]
pub fn c_library() -> String {
    #[cfg(target_env = "gnu")]
    {
        // SAFETY: returns a static C string.
        let version = unsafe { std::ffi::CStr::from_ptr(libc::gnu_get_libc_version()) };
        format!("glibc {}", version.to_string_lossy())
    }
    #[cfg(not(target_env = "gnu"))]
    "not glibc".into()
}

/// The file that this process's `malloc` is in: an engine's library can bring another than the C library's.
#[must_use]
pub fn allocator() -> String {
    let unknown = || "unknown".to_owned();
    // SAFETY: zeroes are a value of this structure of addresses.
    let mut found: libc::Dl_info = unsafe { std::mem::zeroed() };
    // SAFETY: the address of a function; the names are C strings as long as the library is loaded.
    unsafe {
        let malloc = libc::malloc as unsafe extern "C" fn(usize) -> *mut libc::c_void;
        if libc::dladdr(malloc as *const libc::c_void, &mut found) == 0 || found.dli_fname.is_null() {
            return unknown();
        }
        let path = std::ffi::CStr::from_ptr(found.dli_fname).to_string_lossy();
        path.rsplit('/').next().map_or_else(unknown, str::to_owned)
    }
}

/// Gives free memory of the C library's allocator back to the system, where that allocator can.
pub fn trim() {
    // SAFETY: no arguments that could be invalid.
    #[cfg(target_env = "gnu")]
    unsafe {
        libc::malloc_trim(0);
    }
}

/// Reads the process's memory. Takes milliseconds where there are many mappings. Allocates nothing: what the harness
/// frees between two points of a series, the engine's next instances would fill, and their memory would be missing.
///
/// # Errors
/// Where /proc cannot be read, or the kernel is too old to report one of these.
pub fn memory(instances: u32, state: MemoryState) -> Result<Memory> {
    // Each of the two has less than 2 KiB.
    let (mut rollup, mut status) = ([0; 8192], [0; 8192]);
    let rollup = text("/proc/self/smaps_rollup", &mut rollup)?;
    let status = text("/proc/self/status", &mut status)?;
    Ok(Memory {
        instances,
        state,
        anonymous_pss: kib(rollup, "Pss_Anon:")? + kib(rollup, "Pss_Shmem:")?,
        private_dirty: kib(rollup, "Private_Dirty:")?,
        reserved: kib(status, "VmSize:")?,
        page_tables: kib(status, "VmPTE:")?,
        maps: lines("/proc/self/maps")?,
        descriptors: Some(descriptors()?),
    })
}

/// Makes the process's peak memory what it has now, and returns that: resident memory in bytes.
///
/// # Errors
/// Where the kernel does not let a process do so (proc_pid_clear_refs(5)), or /proc cannot be read.
pub fn forget_peak() -> Result<u64> {
    fs::write("/proc/self/clear_refs", "5")?;
    of_status("VmRSS:")
}

/// The most resident memory that the process had since [`forget_peak`], in bytes.
///
/// # Errors
/// Where /proc cannot be read.
pub fn peak() -> Result<u64> {
    of_status("VmHWM:")
}

fn of_status(key: &str) -> Result<u64> {
    kib(text("/proc/self/status", &mut [0; 8192])?, key)
}

/// The number of open descriptors, but for the one that reads their folder.
fn descriptors() -> Result<u64> {
    let folder = fs::File::open("/proc/self/fd")?;
    let (mut buffer, mut entries) = ([0_u8; 16 << 10], 0_u64);
    loop {
        let (fd, room) = (folder.as_raw_fd(), buffer.len());
        // SAFETY: the descriptor is open, and the kernel writes at most `room` bytes.
        let read = unsafe { libc::syscall(libc::SYS_getdents64, fd, buffer.as_mut_ptr(), room) };
        let mut rest = match usize::try_from(read) {
            Ok(0) => break,
            Ok(read) => &buffer[..read],
            Err(_) => return Err(std::io::Error::last_os_error().into()),
        };
        // An entry's length is 16 bytes after its beginning (getdents(2)).
        while let Some(&[low, high]) = rest.get(16..18) {
            let length = usize::from(u16::from_ne_bytes([low, high]));
            rest = rest.get(length..).unwrap_or_default();
            entries += 1;
        }
    }
    // Neither `.` nor `..`.
    Ok(entries.saturating_sub(3))
}

/// A file's text, as much as `buffer` holds of it.
fn text<'a>(path: &str, buffer: &'a mut [u8]) -> Result<&'a str> {
    let mut file = fs::File::open(path)?;
    let mut filled = 0;
    loop {
        match file.read(&mut buffer[filled..])? {
            0 => break,
            read => filled += read,
        }
    }
    let text = std::str::from_utf8(&buffer[..filled]);
    text.map_err(|_| Failure::unsupported(format!("{path} of this kernel is no text")))
}

/// How many lines a file has.
fn lines(path: &str) -> Result<u64> {
    let mut file = fs::File::open(path)?;
    let (mut buffer, mut lines) = ([0; 16 << 10], 0);
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(lines),
            read => lines += buffer[..read].iter().filter(|byte| **byte == b'\n').count() as u64,
        }
    }
}

/// The files that are mapped into this process, with their sizes in bytes: its program, libraries, and their data.
///
/// # Errors
/// Where /proc cannot be read.
pub fn loaded_files() -> Result<Vec<(PathBuf, u64)>> {
    Ok(sizes(mapped(Path::new("/proc/self/maps"))?))
}

/// The same of another process.
///
/// # Errors
/// Where it has ended, or belongs to someone else.
pub fn loaded_files_of(process: u32) -> Result<Vec<(PathBuf, u64)>> {
    Ok(sizes(mapped(&Path::new("/proc").join(process.to_string()).join("maps"))?))
}

/// The files and their sizes in bytes, each once. Anything but a regular file is left out.
#[must_use]
pub fn sizes(mut files: Vec<PathBuf>) -> Vec<(PathBuf, u64)> {
    files.sort_unstable();
    files.dedup();
    let size = |path: PathBuf| {
        let file = fs::metadata(&path).ok().filter(fs::Metadata::is_file)?;
        Some((path, file.len()))
    };
    files.into_iter().filter_map(size).collect()
}

/// What the mappings are of. Not only what can be executed: a library of data has no code, and is needed all the same.
fn mapped(maps: &Path) -> Result<Vec<PathBuf>> {
    // Line by line: where instances took all mappings that a process may have, there is no memory for the whole text.
    let mut files = Vec::new();
    for line in BufReader::new(fs::File::open(maps)?).lines() {
        let line = line?;
        files.extend(line.find('/').map(|start| PathBuf::from(&line[start..])));
    }
    Ok(files)
}

/// Bytes of executable mappings that are of no file, or of the file `artifact`: what an engine generated.
///
/// # Errors
/// Where /proc cannot be read.
pub fn code_bytes(artifact: Option<&Path>) -> Result<u64> {
    let maps = fs::read_to_string("/proc/self/maps")?;
    let artifact = artifact.and_then(|path| path.canonicalize().ok());
    let bytes = |line: &str| {
        let mut fields = line.splitn(6, ' ');
        let (range, rights) = (fields.next()?, fields.next()?);
        let name = fields.nth(3).unwrap_or_default().trim();
        let (start, end) = range.split_once('-')?;
        let size = u64::from_str_radix(end, 16).ok()?.checked_sub(u64::from_str_radix(start, 16).ok()?)?;
        let generated = match name {
            "[vdso]" | "[vsyscall]" => false,
            file if file.starts_with('/') && !file.starts_with("/memfd:") => {
                artifact.as_deref() == Some(Path::new(file))
            }
            _ => true,
        };
        (rights.contains('x') && generated).then_some(size)
    };
    Ok(maps.lines().filter_map(bytes).sum())
}

/// The value of a line like `VmSize:   123 kB`, in bytes.
fn kib(text: &str, key: &str) -> Result<u64> {
    text.lines()
        .find_map(|line| line.strip_prefix(key))
        .and_then(|rest| rest.split_whitespace().next())
        .and_then(|number| number.parse::<u64>().ok())
        .map(|kib| kib * 1024)
        .ok_or_else(|| Failure::unsupported(format!("this kernel does not report {key} of a process")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_mapped_and_not_executable_is_loaded() {
        let folder = std::env::temp_dir().join(format!("wasmark-mapped-{}", std::process::id()));
        fs::write(&folder, vec![7_u8; 5000]).expect("a file");
        let file = fs::File::open(&folder).expect("the file");
        let (protection, flags) = (libc::PROT_READ, libc::MAP_PRIVATE);
        // SAFETY: a new mapping of an open file, which nothing reads.
        let at = unsafe {
            libc::mmap(
                std::ptr::null_mut(),
                5000,
                protection,
                flags,
                std::os::fd::AsRawFd::as_raw_fd(&file),
                0,
            )
        };
        assert_ne!(at, libc::MAP_FAILED);
        let own = loaded_files().expect("/proc");
        assert_eq!(own, loaded_files_of(std::process::id()).expect("/proc"));
        assert!(own.contains(&(folder.clone(), 5000)), "{own:?}");
        fs::remove_file(folder).expect("removed");
        assert!(loaded_files_of(u32::MAX).is_err());
    }

    #[test]
    fn memory_that_is_written_shows_as_private() {
        let before = memory(0, MemoryState::Called).expect("/proc");
        // Other tests of this process free memory meanwhile: a block that they do not reach.
        let block = std::hint::black_box(vec![1u8; 64 << 20]);
        let after = memory(0, MemoryState::Called).expect("/proc");
        let grown = after.private_dirty.saturating_sub(before.private_dirty);
        assert!(grown >= 56 << 20, "{grown} bytes for a block of {}", block.len());
        assert!(after.anonymous_pss > before.anonymous_pss);
        assert!(after.maps > 0 && after.page_tables > 0 && after.reserved > 0);
    }

    #[test]
    fn a_peak_is_forgotten_and_comes_again() {
        let block = || drop(std::hint::black_box(vec![1u8; 256 << 20]));
        block();
        let before = forget_peak().expect("/proc");
        let low = peak().expect("/proc");
        block();
        let high = peak().expect("/proc");
        // Other tests of this process have memory of their own meanwhile.
        assert!(high >= before + (128 << 20), "{before} bytes, then {high}");
        assert!(low < high, "{low} bytes, then {high}");
    }

    #[test]
    fn a_file_that_is_open_is_a_descriptor() {
        // Other tests of this process open and close files meanwhile: a number that they do not reach.
        let before = memory(0, MemoryState::Called).expect("/proc").descriptors.expect("a count");
        let files: Vec<_> = (0..100).map(|_| fs::File::open("/dev/null").expect("a file")).collect();
        let after = memory(0, MemoryState::Called).expect("/proc").descriptors.expect("a count");
        assert!(after >= before + 90, "{} more for {}", after - before, files.len());
    }
}
