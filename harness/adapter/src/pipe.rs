//! Input through a pipe, as a shell gives it.

use std::{
    fs::File,
    io::Write,
    os::fd::{AsRawFd, OwnedFd},
    sync::Arc,
};

use crate::Result;

/// The most that a pipe can be asked to hold without privileges: `/proc/sys/fs/pipe-max-size` of a usual system.
const MOST: usize = 1 << 20;

/// The reading end of a pipe that gives `content`, then its end. As much as the pipe holds has been written before
/// this returns, so that no call's time includes the writing. Of a longer input, a thread writes the rest while it is
/// read.
///
/// # Errors
/// Where the system gives no pipe or no thread.
pub(crate) fn of(content: &Arc<[u8]>) -> Result<File> {
    let (reader, writer) = std::io::pipe()?;
    let mut writer = File::from(OwnedFd::from(writer));
    let holds = capacity(&writer, content.len());
    let (now, later) = content.split_at(content.len().min(holds));
    writer.write_all(now)?;
    if !later.is_empty() {
        let (content, from) = (content.clone(), now.len());
        // It ends where the other end is closed before all was read.
        std::thread::Builder::new().spawn(move || writer.write_all(&content[from..]))?;
    }
    Ok(File::from(OwnedFd::from(reader)))
}

/// How many bytes the pipe holds, after asking for as many as are needed.
fn capacity(pipe: &File, needed: usize) -> usize {
    let fd = pipe.as_raw_fd();
    let asked = needed.clamp(4096, MOST) as libc::c_int;
    // SAFETY: the descriptor is open; where the system refuses another size, the pipe keeps its own.
    let holds = unsafe {
        libc::fcntl(fd, libc::F_SETPIPE_SZ, asked);
        libc::fcntl(fd, libc::F_GETPIPE_SZ)
    };
    // The least that any system gives.
    usize::try_from(holds).unwrap_or(4096)
}
