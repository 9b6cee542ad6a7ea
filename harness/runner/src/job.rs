//! From a planned process to the job that its worker reads, with the files that it needs.

mod tenants;

use std::path::{Path, PathBuf};

use tempfile::TempDir;
use walkdir::WalkDir;
use wasmark_adapter::{
    Entry, Source,
    protocol::{
        Code, Job, Measure, MemorySeries, Precompile, Preopen, Samples, Step, Sustained, Task, Throughput,
        VERSION,
    },
};
use wasmark_workloads::Workload;

use crate::{
    Result, environment,
    error::{failed, failed_to},
    metrics::Group,
    plan::{Kind, Plan, Slot, Target},
    profile::{Calls, ns},
};

/// Windows with nothing in them that each process times.
const EMPTY: Samples = Samples { most: 1_000, budget_ns: 1_000_000 };

/// A job, the folder that its guest may write to and that of its tenants' files, which go when this is dropped.
pub struct Prepared {
    /// The job.
    pub job: Job,
    _folders: Option<TempDir>,
    _tenants: Option<TempDir>,
}

impl Prepared {
    /// Has the engine keep its code in this folder.
    pub fn set_code_cache(&mut self, folder: &Path) {
        if let Task::Measure(job) = &mut self.job.task {
            job.code_cache = Some(folder.to_path_buf());
        }
    }
}

/// The file that the artifact of this configuration and the workload's module is kept in during a run.
#[must_use]
pub fn artifact(artifacts: &Path, target: &Target, workload: &Workload) -> PathBuf {
    // Some engines refuse a file without an ending that they know; all accept `.so`.
    artifacts.join(format!("{}--{}.so", target.id.replace('/', "-"), workload.sha256()))
}

/// The job of a process of the plan.
///
/// # Errors
/// Where the workload's input folders cannot be copied.
pub fn prepare(plan: &Plan, slot: Slot, artifacts: &Path) -> Result<Prepared> {
    let item = slot.item;
    let (target, workload) = plan.subject(item);
    let steps = steps(plan, slot);
    if item.kind == Kind::Precompile {
        let task = Task::Precompile(Precompile {
            configuration: target.configuration.name.clone(),
            wasm: workload.wasm_path().to_path_buf(),
            artifact: artifact(artifacts, target, workload),
            stubs: workload.stubs().to_vec(),
        });
        return Ok(Prepared { job: Job { protocol: VERSION, task }, _folders: None, _tenants: None });
    }
    let mut prepared = measure(target, workload, item.kind.source(), steps, artifacts)?;
    if let (Kind::Tenants(_, policy, count), Task::Measure(job)) = (item.kind, &mut prepared.job.task) {
        let (folder, profile) = (tenants::files(&job.code, count, artifacts)?, &plan.profile);
        let path = folder.path().to_path_buf();
        job.steps = vec![profile.tenants.step(policy, count, path, seed(plan, slot), profile.density.worker)];
        prepared._tenants = Some(folder);
    }
    if let Kind::Peak(_) = item.kind
        && let Task::Measure(job) = prepared.job.task
    {
        prepared.job.task = Task::Peak(job);
    }
    Ok(prepared)
}

/// A job that measures a workload from `source`.
///
/// # Errors
/// As [`prepare`].
pub fn measure(
    target: &Target,
    workload: &Workload,
    source: Source,
    steps: Vec<Step>,
    artifacts: &Path,
) -> Result<Prepared> {
    let (folders, preopens) = copy_folders(workload)?;
    let code = match source {
        Source::Wasm => Code::Wasm(workload.wasm_path().to_path_buf()),
        Source::Artifact => Code::Artifact(artifact(artifacts, target, workload)),
        Source::Linked => Code::Linked(workload.name().to_string()),
    };
    let task = Task::Measure(Measure {
        configuration: target.configuration.name.clone(),
        tier: Some(target.configuration.tier),
        code,
        entry: workload.entry().clone(),
        stubs: workload.stubs().to_vec(),
        preopens,
        cold: workload.invocation(workload.cold_units()),
        steps,
        fresh: workload.fresh(),
        code_cache: None,
    });
    Ok(Prepared { job: Job { protocol: VERSION, task }, _folders: folders, _tenants: None })
}

/// How long a block of a function's calls should take: what happens in one of a thousand short calls is in each.
const BLOCK_NS: u64 = 10_000_000;

/// The step that measures throughput at the tier's number of units; of a function, in blocks of calls.
#[must_use]
pub fn throughput(target: &Target, workload: &Workload, calls: &Calls) -> Step {
    let Calls { warmups, samples, budget } = *calls;
    let units = workload.units(target.configuration.tier);
    let invocation = workload.invocation(units);
    if matches!(workload.entry(), Entry::Function { .. }) {
        return Step::Sustained(Sustained { invocation, block_ns: BLOCK_NS, warmups, samples });
    }
    let budget_ns = budget.map(ns);
    let units = units.unsigned_abs().into();
    Step::Throughput(Throughput { invocation, units, warmups, samples, budget_ns })
}

fn steps(plan: &Plan, slot: Slot) -> Vec<Step> {
    let (profile, item) = (&plan.profile, slot.item);
    let (target, workload) = plan.subject(item);
    match item.kind {
        // Those of tenants are known once their files are there.
        Kind::Precompile
        | Kind::Start(_)
        | Kind::PageCache(_)
        | Kind::CodeCache
        | Kind::Peak(_)
        | Kind::Tenants(..) => Vec::new(),
        Kind::Full(_) => {
            let mut steps = Vec::new();
            if plan.groups.contains(&Group::Start) {
                steps.push(Step::EmptyWindow(EMPTY));
                if target.configuration.tier.has_instances() {
                    steps.push(Step::FreshInstance(profile.samples));
                }
                if workload.traps() {
                    steps.push(Step::TimeToTrap(profile.samples));
                } else if workload.single_use().is_none() {
                    steps.push(Step::ReusedInstance(profile.samples));
                }
            }
            if plan.groups.contains(&Group::Throughput) && workload.works() && !workload.traps() {
                steps.push(throughput(target, workload, &profile.throughput));
            }
            steps
        }
        Kind::Memory(_, state) => {
            let instances = profile.instances(workload).to_vec();
            let budget_ns = profile.memory_budget.map(ns);
            vec![Step::Memory(MemorySeries { state, instances, budget_ns })]
        }
        Kind::Density(_, state) => vec![profile.density.step(state)],
        Kind::Residue(_) => vec![profile.residue.step()],
        Kind::Boundary(_) if workload.traps() => vec![Step::TimeToTrap(profile.samples)],
        Kind::Boundary(_) => {
            vec![throughput(target, workload, &profile.throughput)]
        }
        Kind::Concurrency(_, requests) => vec![profile.serving.concurrency(requests, environment::cpus())],
        Kind::Load(_, requests) => profile.serving.load(requests, environment::cpus(), seed(plan, slot)),
    }
}

/// What a process draws its requests from: others in each round, and the same for all configurations of one.
fn seed(plan: &Plan, slot: Slot) -> u64 {
    plan.seed.wrapping_add(u64::from(slot.round) << 32)
}

/// Copies the folders that the guest sees: it may write to them, and each process finds them as new.
fn copy_folders(workload: &Workload) -> Result<(Option<TempDir>, Vec<Preopen>)> {
    if workload.folders().is_empty() {
        return Ok((None, Vec::new()));
    }
    let copies =
        tempfile::tempdir().map_err(failed("make a temporary folder; free some space or set TMPDIR"))?;
    let mut preopens = Vec::new();
    for (index, folder) in workload.folders().iter().enumerate() {
        let to = copies.path().join(index.to_string());
        for entry in WalkDir::new(&folder.host) {
            let entry = entry.map_err(failed_to("read", &folder.host, ""))?;
            let target = to.join(entry.path().strip_prefix(&folder.host)?);
            if entry.file_type().is_dir() {
                std::fs::create_dir_all(&target).map_err(failed_to("make", &target, "free some space"))?;
            } else {
                std::fs::copy(entry.path(), &target).map_err(failed_to("copy", entry.path(), ""))?;
            }
        }
        preopens.push(Preopen { host: to, guest: folder.guest.clone() });
    }
    Ok((Some(copies), preopens))
}
