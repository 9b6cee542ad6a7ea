//! The groups of metrics that a run chooses among.

/// What is measured together, because the same processes measure it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    /// Phases and rungs.
    Start,
    /// Time per unit of work.
    Throughput,
    /// The memory series.
    Memory,
    /// Live instances until something ends them.
    Density,
    /// Requests to many tenants with a module each.
    Tenants,
    /// A start whose files are not in the page cache.
    PageCache,
    /// Starts with an engine's own code cache.
    CodeCache,
    /// The most memory during each phase.
    Peak,
    /// What instances leave behind.
    Residue,
    /// What several threads serve.
    Concurrency,
    /// Requests that arrive at times of their own.
    Load,
    /// What crossing the boundary costs.
    Boundary,
}

impl Group {
    /// What a run measures that names no metric.
    pub const USUAL: [Group; 3] = [Group::Start, Group::Throughput, Group::Memory];

    /// The name on the command line and in `run.json`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Group::Start => "cold-start",
            Group::Throughput => "throughput",
            Group::Memory => "memory",
            Group::Density => "density",
            Group::Tenants => "tenants",
            Group::PageCache => "page-cache",
            Group::CodeCache => "code-cache",
            Group::Peak => "peak",
            Group::Residue => "residue",
            Group::Concurrency => "concurrency",
            Group::Load => "load",
            Group::Boundary => "boundary",
        }
    }
}
