//! The memory that the control groups of this process permit, and the processes that the kernel ended for it: of
//! version 1 and version 2. In a container this is less than what the machine has.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::{
        OnceLock,
        atomic::{AtomicU64, Ordering},
    },
};

use procfs::process::{MountInfo, Process};

/// A limit of memory, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    /// What all processes of the group may have.
    pub bytes: u64,
    /// What they have, without cached pages of files that the kernel would take back first.
    pub used: u64,
}

impl Limit {
    /// What is left.
    #[must_use]
    pub fn available(self) -> u64 {
        self.bytes.saturating_sub(self.used)
    }
}

/// The limit that leaves the least; `None` where no control group has one.
#[must_use]
pub fn memory_limit() -> Option<Limit> {
    Group::own()?.limit()
}

/// The number of processes of this one's control group that the kernel had ended for lack of memory, when it was last
/// read.
static KILLS: OnceLock<AtomicU64> = OnceLock::new();

/// Reads the number of processes that the kernel ended for lack of memory, if it was not read before.
pub(crate) fn watch() {
    KILLS.get_or_init(|| AtomicU64::new(kills()));
}

/// Whether the kernel has ended a process since the last look, and with [`watch`] before the first.
pub(crate) fn ended_a_process() -> bool {
    let now = kills();
    KILLS.get().is_some_and(|before| before.swap(now, Ordering::Relaxed) < now)
}

/// 0 where the system does not count them.
fn kills() -> u64 {
    Group::own().and_then(|group| group.kills()).unwrap_or(0)
}

/// The names of a version's files.
struct Version {
    limit: &'static str,
    used: &'static str,
    /// In `memory.stat`, with what lies below the group.
    cached: &'static str,
    events: &'static str,
}

const FIRST: Version = Version {
    limit: "memory.limit_in_bytes",
    used: "memory.usage_in_bytes",
    cached: "total_inactive_file",
    events: "memory.oom_control",
};
const SECOND: Version =
    Version { limit: "memory.max", used: "memory.current", cached: "inactive_file", events: "memory.events" };

/// A control group, as folders.
struct Group {
    version: &'static Version,
    /// Its folder.
    folder: PathBuf,
    /// The outermost group that is seen here.
    root: PathBuf,
}

impl Group {
    /// The one that accounts for the memory of this process.
    fn own() -> Option<Group> {
        let process = Process::myself().ok()?;
        let (groups, mounts) = (process.cgroups().ok()?, process.mountinfo().ok()?);
        let is_memory = |name: &String| name == "memory";
        let first = groups.0.iter().find(|group| group.controllers.iter().any(is_memory));
        let (version, path) = match first {
            Some(group) => (&FIRST, &group.pathname),
            None => (&SECOND, &groups.0.iter().find(|group| group.hierarchy == 0)?.pathname),
        };
        let fits = |mount: &&MountInfo| match mount.fs_type.as_str() {
            "cgroup" => first.is_some() && mount.super_options.contains_key("memory"),
            "cgroup2" => first.is_none(),
            _ => false,
        };
        let mount = mounts.0.iter().find(fits)?;
        // A container may see its own group as the mount's root.
        let below = Path::new(path).strip_prefix(&mount.root).unwrap_or(Path::new(""));
        Some(Group { version, folder: mount.mount_point.join(below), root: mount.mount_point.clone() })
    }

    fn limit(&self) -> Option<Limit> {
        let inside = |folder: &&Path| folder.starts_with(&self.root);
        let limits = self.folder.ancestors().take_while(inside).filter_map(|folder| self.limit_of(folder));
        limits.min_by_key(|limit| limit.available())
    }

    /// The limit of this group alone. Version 1 writes the largest number of pages where there is none, version 2 a word.
    fn limit_of(&self, folder: &Path) -> Option<Limit> {
        let number = |name: &str| fs::read_to_string(folder.join(name)).ok()?.trim().parse::<u64>().ok();
        let bytes = number(self.version.limit).filter(|bytes| *bytes < 1 << 60)?;
        let cached = field(&folder.join("memory.stat"), self.version.cached).unwrap_or(0);
        Some(Limit { bytes, used: number(self.version.used)?.saturating_sub(cached) })
    }

    fn kills(&self) -> Option<u64> {
        field(&self.folder.join(self.version.events), "oom_kill")
    }
}

/// The number after a name, in a file of such lines.
fn field(file: &Path, name: &str) -> Option<u64> {
    let text = fs::read_to_string(file).ok()?;
    let value = |line: &str| line.strip_prefix(name)?.trim().parse().ok();
    text.lines().find_map(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MIB: u64 = 1 << 20;

    fn written(root: &Path, files: &[(&str, &str)]) {
        for (path, text) in files {
            let path = root.join(path);
            fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
            fs::write(path, text).expect("a file");
        }
    }

    #[test]
    fn the_limit_that_leaves_the_least_counts_and_cached_files_do_not() {
        let root = tempfile::tempdir().expect("a folder");
        let outer = (1 << 30).to_string();
        written(
            root.path(),
            &[
                ("memory.stat", "inactive_file 9\n"),
                ("a/memory.max", &outer),
                ("a/memory.current", &(900 * MIB).to_string()),
                ("a/memory.stat", &format!("anon 5\ninactive_file {}\n", 400 * MIB)),
                ("a/b/memory.max", &outer),
                ("a/b/memory.current", &(800 * MIB).to_string()),
                ("a/b/memory.stat", "anon 5\ninactive_file 0\n"),
                ("a/b/c/memory.max", "max\n"),
                ("a/b/c/memory.current", "7\n"),
                ("a/b/c/memory.events", "oom 3\noom_kill 2\noom_group_kill 0\n"),
            ],
        );
        let group =
            Group { version: &SECOND, folder: root.path().join("a/b/c"), root: root.path().to_path_buf() };
        assert_eq!(group.limit(), Some(Limit { bytes: 1 << 30, used: 800 * MIB }));
        assert_eq!(group.limit().map(Limit::available), Some(224 * MIB));
        assert_eq!(group.kills(), Some(2));
    }

    #[test]
    fn version_1_has_other_names_and_a_large_number_for_none() {
        let root = tempfile::tempdir().expect("a folder");
        written(
            root.path(),
            &[
                ("memory.limit_in_bytes", "9223372036854771712\n"),
                ("memory.usage_in_bytes", "5\n"),
                ("a/memory.limit_in_bytes", "268435456\n"),
                ("a/memory.usage_in_bytes", "300000000\n"),
                ("a/memory.oom_control", "oom_kill_disable 0\nunder_oom 0\noom_kill 1\n"),
            ],
        );
        let group = |folder: &str| Group {
            version: &FIRST,
            folder: root.path().join(folder),
            root: root.path().to_path_buf(),
        };
        assert_eq!(group("").limit(), None);
        assert_eq!(group("a").limit(), Some(Limit { bytes: 256 * MIB, used: 300_000_000 }));
        assert_eq!(group("a").limit().map(Limit::available), Some(0));
        assert_eq!(group("a").kills(), Some(1));
        assert_eq!(group("").kills(), None);
    }
}
