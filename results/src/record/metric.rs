//! The names of the metrics, the same in records, filters and reports.

/// In place of a metric, in a row about all of a configuration and workload: `unsupported`, before anything ran.
pub const ALL: &str = "all";
/// In place of a metric: a process that makes an artifact ended without saying during what.
pub const PRECOMPILE: &str = "precompile";
/// In place of a metric: a process that climbs the ladder and no more ended without saying during what.
pub const START: &str = "start";
/// In place of a metric: a process that climbs the ladder and measures on ended without saying during what.
pub const FULL: &str = "full";
/// Fork and exec of the worker until its `main` runs; wall ns by two readings of one clock.
pub const SPAWN: &str = "spawn";
/// Phase.
pub const ENGINE: &str = "engine";
/// Phase.
pub const COMPILE: &str = "compile";
/// Phase.
pub const SAVE: &str = "save";
/// Phase.
pub const LOAD: &str = "load";
/// Phase. Of workers that speak protocol 1.5 or later; what it is was part of other phases before.
pub const PREPARE: &str = "prepare";
/// Phase.
pub const INSTANTIATE: &str = "instantiate";
/// Phase.
pub const FIRST_CALL: &str = "first_call";
/// Phase.
pub const SECOND_CALL: &str = "second_call";
/// Phase.
pub const TEARDOWN: &str = "teardown";
/// Rung: spawn + the windows until the first call has returned, summed within one process.
pub const PROCESS_TO_RESULT: &str = "process_to_result";
/// Rung: engine + compile + prepare + instantiate + first call.
pub const FROM_WASM: &str = "from_wasm";
/// Rung: engine + load + prepare + instantiate + first call.
pub const FROM_ARTIFACT: &str = "from_artifact";
/// Rung: instantiate + call + teardown with the module prepared. Histogram, and blocks of windows with CPU time.
pub const FRESH_INSTANCE: &str = "fresh_instance";
/// Rung: call only. Histogram, and blocks.
pub const REUSED_INSTANCE: &str = "reused_instance";
/// Rung: from a call to the trap that is expected of it. Histogram, and blocks where an instance is used again.
pub const TIME_TO_TRAP: &str = "time_to_trap";
/// Fixed work; ns in `value` for `units` units.
pub const THROUGHPUT: &str = "throughput";
/// Crossings of the boundary between host and guest, and what a guest does itself beside them; ns in `value` for `units`
/// of them. The operation stands in the place of the workload.
pub const BOUNDARY: &str = "boundary";
/// The harness's start and end marks with nothing between. Histogram.
pub const EMPTY_WINDOW: &str = "empty_window";
/// What the worker did between its `main` and its first output outside of every window: it reads its job, opens what
/// catches a guest's output, and reads clocks. Wall ns; in no rung.
pub const HARNESS_TIME: &str = "harness_time";
/// From the first output until the controller had read of it. Wall ns by two readings of one clock; in no rung.
pub const CONTROLLER_DELAY: &str = "controller_delay";
/// Minor page faults of the phase `instantiate`.
pub const INSTANTIATE_FAULTS: &str = "instantiate_faults";
/// Series over `instances`: anonymous PSS + shmem, every instance instantiated. Bytes.
pub const MEMORY_INSTANTIATED: &str = "memory_instantiated";
/// Series: the same, every instance called once.
pub const MEMORY_CALLED: &str = "memory_called";
/// Series: Private_Dirty, every instance called once. Bytes.
pub const MEMORY_PRIVATE: &str = "memory_private";
/// Series: VmSize. Bytes.
pub const MEMORY_RESERVED: &str = "memory_reserved";
/// Series: mappings. Count.
pub const MEMORY_MAPS: &str = "memory_maps";
/// Series: open descriptors. Count.
pub const MEMORY_DESCRIPTORS: &str = "memory_descriptors";
/// Series: VmPTE. Bytes.
pub const MEMORY_PAGE_TABLES: &str = "memory_page_tables";
/// The beginning of the metrics of live instances until something ended them; see [`density`].
pub const DENSITY_INSTANTIATED: &str = "density_instantiated";
/// The same, every instance called once.
pub const DENSITY_CALLED: &str = "density_called";
/// The endings, by their names in [`density`]: the budget of private memory, the memory that a worker may have, the
/// limits of a process, the engine itself, and the time.
pub const ENDINGS: [&str; 7] =
    ["budget", "worker", "address_space", "mappings", "descriptors", "engine", "time"];

/// A metric of live instances: `state` is [`DENSITY_INSTANTIATED`] or [`DENSITY_CALLED`]; `what` is one of [`ENDINGS`]
/// (a count: the instances that lived when it came), `private` (the process's private memory with them, bytes) or
/// `stopped` (why the engine made no further one).
#[must_use]
pub fn density(state: &str, what: &str) -> String {
    format!("{state}_{what}")
}

/// The beginning of the metrics of requests to many tenants, whose number stands in `instances`, where every module stays
/// loaded; see [`tenants`].
pub const TENANTS_ALL: &str = "tenants_all";
/// The same where the modules that were used last stay loaded.
pub const TENANTS_LRU_MODULES: &str = "tenants_lru_modules";
/// The same where the instances that were used last stay warm.
pub const TENANTS_WARM: &str = "tenants_warm";

/// A metric of requests to many tenants: `policy` is one of the three above; `what` is `request` or `load` (histograms:
/// what a request took, and what loading each module), `hits`, `loads` or `instances` (counts: of `units` requests, those
/// that found what the policy keeps, and the modules and instances that were made in them), `private` (the process's
/// private memory after them, bytes) or `modules` (what all modules added to it before them, bytes).
#[must_use]
pub fn tenants(policy: &str, what: &str) -> String {
    format!("{policy}_{what}")
}

/// In place of a metric: a process whose files were to be in the page cache, or out of it, was lost.
pub const PAGE_CACHE: &str = "page_cache";
/// `process_to_result` just after another process of the same cell, so that all files are in the page cache. Wall ns.
pub const PAGE_CACHE_WARM: &str = "page_cache_warm";
/// The same just after the worker, its libraries and the artifact or the module were dropped from the page cache. Wall
/// ns.
pub const PAGE_CACHE_COLD: &str = "page_cache_cold";
/// `spawn` of that process. Wall ns.
pub const PAGE_CACHE_COLD_SPAWN: &str = "page_cache_cold_spawn";
/// What was dropped for it. Bytes.
pub const PAGE_CACHE_DROPPED: &str = "page_cache_dropped";
/// What stayed of libraries that other programs of the machine use. Bytes.
pub const PAGE_CACHE_KEPT: &str = "page_cache_kept";
/// In place of a metric: a process that was to start with an engine's code cache, or without it, was lost.
pub const CODE_CACHE: &str = "code_cache";
/// `process_to_result` from a module with the engine's own code cache off. Wall ns.
pub const CODE_CACHE_OFF: &str = "code_cache_off";
/// The same with the cache on and empty: the engine compiles the module and stores the code. Wall ns.
pub const CODE_CACHE_FIRST: &str = "code_cache_first";
/// The same in the next process: the engine finds the code. Wall ns.
pub const CODE_CACHE_LATER: &str = "code_cache_later";
/// The files that the first of these processes left in the cache's folder. Bytes.
pub const CODE_CACHE_BYTES: &str = "code_cache_bytes";
/// The beginning of the metrics of the most memory during a phase, and in place of them where such a process was lost;
/// see [`peak`].
pub const PEAK: &str = "peak";
/// Resident memory before the first phase: `VmRSS` of the worker without an engine. Bytes.
pub const PEAK_BEFORE: &str = "peak_before";
/// The phases of which [`peak`] is measured, in order.
pub const PEAKS: [&str; 7] = [ENGINE, COMPILE, SAVE, LOAD, PREPARE, INSTANTIATE, FIRST_CALL];

/// The most resident memory of the process during a phase, one of [`PEAKS`]: `VmHWM`, which is set back when the phase
/// begins. Bytes. `compile` and `save` of what has artifacts are of the process that makes the artifact.
#[must_use]
pub fn peak(phase: &str) -> String {
    format!("{PEAK}_{phase}")
}

/// In place of a metric: a process that makes and takes down instances ended, and what it was doing is not known.
pub const RESIDUE: &str = "residue";
/// Private memory that instances left which lived at the same time, once all of them were gone. Bytes.
pub const RESIDUE_HELD: &str = "residue_held";
/// Series over cycles, whose number stands in `instances`: `Private_Dirty` once so many instances were made, called
/// and taken down one after the other. Bytes.
pub const RESIDUE_PRIVATE: &str = "residue_private";
/// Series over cycles: mappings. Count.
pub const RESIDUE_MAPS: &str = "residue_maps";
/// Series over cycles: open descriptors. Count.
pub const RESIDUE_DESCRIPTORS: &str = "residue_descriptors";
/// Requests of an instance each, one after the other on each of the threads whose number stands in `instances`. Wall
/// ns for `units` requests of all of them.
pub const CONCURRENCY_FRESH: &str = "concurrency_fresh";
/// Calls of an instance that each thread has. As [`CONCURRENCY_FRESH`].
pub const CONCURRENCY_REUSED: &str = "concurrency_reused";
/// Added to one of the two: the kernel's time of the threads in ns, for `units` requests.
pub const OF_SYSTEM: &str = "_system";
/// Added to one of the two: context switches of the threads, for `units` requests.
pub const OF_SWITCHES: &str = "_switches";
/// Added to one of the two: page faults of the threads that needed no I/O, for `units` requests.
pub const OF_FAULTS: &str = "_faults";
/// The beginning of the metrics of requests that arrive at times of their own and get an instance each; see [`load`].
pub const LOAD_FRESH: &str = "load_fresh";
/// The same of calls of an instance that each thread has.
pub const LOAD_REUSED: &str = "load_reused";

/// A metric of requests that arrive at times of their own, served by as many threads as `instances` states:
/// `requests` is [`LOAD_FRESH`] or [`LOAD_REUSED`]; `what` is `service`, `response` or `lag` (histograms), `arrived`
/// (ns until the last of `units` arrivals) or `served` (ns until the last of `units` requests was done); `arrivals` is
/// `waiting`, `burst`, or a rate in per cent of the capacity.
#[must_use]
pub fn load(requests: &str, what: &str, arrivals: &str) -> String {
    format!("{requests}_{what}_{arrivals}")
}

/// What the module itself marks as its work (Sightglass ABI), in the first call.
pub const EXECUTE: &str = "execute";
/// Executable mappings that the engine made for the module, or that map its artifact. Bytes.
pub const CODE: &str = "code";
/// The artifact's file. Bytes.
pub const ARTIFACT_SIZE: &str = "artifact_size";
/// The stripped worker and the libraries of the engine that travel with it or that it loads. Bytes.
pub const WORKER_SIZE: &str = "worker_size";

/// Whether a metric is of what users deploy, from whatever they start it: measured once the code is there, or before
/// anything of it is, or a size of everything. Every other metric means something else for each source, and is
/// compared among equal ones alone.
#[must_use]
pub fn of_deployed(metric: &str) -> bool {
    matches!(metric, SPAWN | FRESH_INSTANCE | REUSED_INSTANCE | THROUGHPUT | BOUNDARY | WORKER_SIZE)
}

/// The windows of which a rung is the sum within each process; `None` of what is no sum.
#[must_use]
pub fn windows_of(rung: &str) -> Option<[&'static str; 5]> {
    match rung {
        FROM_WASM => Some([ENGINE, COMPILE, PREPARE, INSTANTIATE, FIRST_CALL]),
        FROM_ARTIFACT => Some([ENGINE, LOAD, PREPARE, INSTANTIATE, FIRST_CALL]),
        _ => None,
    }
}

/// What a process has of the windows of a rung, by `of`; `None` of what is no sum, and where a window is missing that
/// every worker has: all but [`PREPARE`].
pub fn parts_of<T>(rung: &str, of: impl Fn(&str) -> Option<T>) -> Option<Vec<T>> {
    let part = |window: &'static str| match of(window) {
        None if window == PREPARE => None,
        part => Some(part),
    };
    windows_of(rung)?.into_iter().filter_map(part).collect()
}
