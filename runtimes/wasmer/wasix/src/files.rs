//! What a guest of `wasmer-wasix` sees of the host's file system.

use std::{
    path::{Component, Path, PathBuf},
    sync::Arc,
};

use tokio::runtime::Handle;
use wasmer_wasix::virtual_fs::{MountFileSystem, RootFileSystemBuilder, host_fs};

use crate::Error;

/// The guest's file system: wasmer's own temporary one, with the host's directories mounted in it, each by the guest's
/// name of it and the host's.
pub(super) fn mounted(folders: &[(&str, &Path)], handle: &Handle) -> Result<MountFileSystem, Error> {
    let mounts = MountFileSystem::new();
    let mut root = None;
    for (name, host) in folders {
        let refused = |problem: &dyn std::fmt::Display| {
            Error::Resource(format!("open {} for the guest: {problem}", host.display()))
        };
        let folder = host_fs::FileSystem::new(handle.clone(), host).map_err(|e| refused(&e))?;
        let guest = guest_path(name);
        if guest == Path::new("/") {
            root = Some(folder);
        } else {
            mounts.mount(&guest, Arc::new(folder)).map_err(|e| refused(&e))?;
        }
    }
    match root {
        Some(folder) => mounts.mount("/", Arc::new(folder)),
        None => mounts.mount("/", Arc::new(RootFileSystemBuilder::default().build_tmp())),
    }
    .map_err(Error::engine)?;
    Ok(mounts)
}

/// Where in its file system a guest finds what it calls `name`: `.` and `/` are the root.
pub(super) fn guest_path(name: &str) -> PathBuf {
    let normal = Path::new(name).components().filter(|part| matches!(part, Component::Normal(_)));
    Path::new("/").join(normal.collect::<PathBuf>())
}
