//! The command line with a mock worker, or with a script in its place: scheduling, faults, what is kept and printed. One
//! program, so that it is linked once and its tests share the CPUs.

#[path = "../common/mod.rs"]
mod common;

mod control_group;
mod coverage;
mod density;
mod external;
mod faults;
mod fleet;
mod gate;
mod history;
mod interrupts;
mod killed;
mod ladder;
mod object_stores;
mod order;
mod other_tools;
mod own_module;
mod page_cache;
mod peak;
mod pinning;
mod residue;
mod semantics;
mod shards;
mod stored;
mod tables;
mod usage;
