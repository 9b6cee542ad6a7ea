//! A summary with the orders and choices that every table and chart shares.

use std::{
    cmp::Ordering,
    collections::{HashMap, HashSet},
};

use wasmark_results::{
    group::Group,
    record::metric,
    run::{ConfigurationRecord, WorkloadRecord},
    summary::{ColdStart, Memory, Overall, Question, Residue, Summary},
};

/// The tier kinds in the order in which tables show them, with one line each.
pub const TIERS: [(&str, &str); 6] = [
    ("interpreter", "executes the module's instructions without making machine code"),
    ("baseline", "machine code in one pass, hardly optimised"),
    ("optimizing", "machine code by an optimising compiler that can be part of the process that runs it"),
    ("aot", "machine code by an optimising compiler that runs apart; there are only artifacts"),
    ("native", "no WebAssembly: the same source compiled for this machine"),
    ("process", "no WebAssembly: a whole process of the operating system in the place of an instance"),
];

/// The tier kinds that stand beside engines to be compared with, and are not engines.
pub const YARDSTICKS: [&str; 2] = ["native", "process"];

/// The size of a usual program's module in bytes.
const USUAL: f64 = (1 << 20) as f64;

/// The tag of modules that were generated in sizes.
const GENERATED: &str = "size";

/// The kind that has a start and nothing else: a yardstick that runs one workload.
const PROCESS: &str = "process";

/// How much the page shows of the workloads that are folded away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detail {
    /// Everything.
    Full,
    /// The rungs, and not the percentiles and phases beneath them; how many instances fit, of the first workload alone: for
    /// runs whose tables would not fit.
    Brief,
    /// Of starting, compiling and memory the first workloads alone: for runs of thousands of cells.
    Least,
}

/// What the page and the tables look at.
pub struct View<'a> {
    /// How much of it the page shows.
    pub detail: Detail,
    /// The numbers.
    pub summary: &'a Summary,
    /// The name of another run whose cells the page has, too.
    pub against: Option<&'a str>,
    /// The configurations by tier kind, within a kind in the run's order.
    pub configurations: Vec<&'a ConfigurationRecord>,
    numbers: HashMap<&'a str, usize>,
    /// Configurations of the kind [`PROCESS`] with the workloads that they do not run. That they do not is stated once,
    /// among what has no value, and not in every table.
    left_out: HashSet<(&'a str, &'a str)>,
}

impl<'a> View<'a> {
    /// Looks at `summary`.
    pub fn new(summary: &'a Summary) -> View<'a> {
        let mut configurations: Vec<_> = summary.run.configurations.iter().collect();
        configurations.sort_by_key(|configuration| place(&configuration.tier));
        let numbers =
            configurations.iter().enumerate().map(|(number, one)| (one.id.as_str(), number)).collect();
        let process = |id: &str| configurations.iter().any(|one| one.id == id && one.tier == PROCESS);
        let without = summary.problems.list.iter().filter(|one| one.metric == metric::ALL);
        let left_out = without
            .map(|one| (one.configuration.as_str(), one.workload.as_str()))
            .filter(|(configuration, _)| process(configuration))
            .collect();
        View { detail: Detail::Full, summary, against: None, configurations, numbers, left_out }
    }

    /// The same without what has a start and nothing else, where there is anything else.
    pub fn of_work(&self) -> View<'a> {
        let (starts, mut configurations): (Vec<&ConfigurationRecord>, Vec<_>) =
            self.configurations.iter().copied().partition(|one| one.tier == PROCESS);
        let mut left_out = self.left_out.clone();
        if configurations.is_empty() {
            configurations = starts;
        } else {
            let workloads = || self.summary.run.workloads.iter().map(|workload| workload.name.as_str());
            let rows = starts.iter().flat_map(|one| workloads().map(|name| (one.id.as_str(), name)));
            left_out.extend(rows);
        }
        let numbers = self.numbers.clone();
        View { configurations, numbers, left_out, ..*self }
    }

    /// Whether the run was to measure this.
    pub fn chosen(&self, group: Group) -> bool {
        let chosen = &self.summary.run.metrics;
        let usual = chosen.is_empty() && Group::USUAL.contains(&group);
        usual || chosen.iter().any(|one| one == group.name())
    }

    /// The number by which markup refers to a configuration.
    pub fn number(&self, configuration: &str) -> usize {
        self.numbers.get(configuration).copied().unwrap_or(self.configurations.len())
    }

    /// The number by which markup refers to a workload.
    pub fn workload_number(&self, workload: &str) -> Option<usize> {
        self.summary.run.workloads.iter().position(|one| one.name == workload)
    }

    /// The tier kinds that occur, with their configurations.
    pub fn groups(&self) -> Vec<(&'a str, Vec<&'a ConfigurationRecord>)> {
        self.configurations
            .chunk_by(|one, next| one.tier == next.tier)
            .map(|group| (group[0].tier.as_str(), group.to_vec()))
            .collect()
    }

    /// The rows of `list` that belong to `workload`, in the order of the configurations.
    pub fn of<T>(&self, list: &'a [T], workload: &str, key: impl Fn(&T) -> (&str, &str)) -> Vec<&'a T> {
        let shown = |id: &str| !self.left_out.contains(&(id, workload));
        let mut rows: Vec<_> =
            list.iter().filter(|row| key(row).1 == workload && shown(key(row).0)).collect();
        rows.sort_by_key(|row| self.number(key(row).0));
        rows
    }

    /// The cold starts of a workload.
    pub fn cold_starts(&self, workload: &str) -> Vec<&'a ColdStart> {
        self.of(&self.summary.cold_start, workload, |row| (&row.configuration, &row.workload))
    }

    /// The memory of a workload.
    pub fn memories(&self, workload: &str) -> Vec<&'a Memory> {
        self.of(&self.summary.memory, workload, |row| (&row.configuration, &row.workload))
    }

    /// A configuration's row over the common workloads.
    pub fn overall(&self, configuration: &str) -> Option<&'a Overall> {
        self.summary.throughput.overall.iter().find(|row| row.configuration == configuration)
    }

    /// The workloads from the smallest module to the largest.
    pub fn by_size(&self) -> Vec<&'a WorkloadRecord> {
        let mut workloads: Vec<_> = self.summary.run.workloads.iter().collect();
        workloads.sort_by_key(|workload| workload.wasm_bytes);
        workloads
    }

    /// The workload that shows the price of starting and nothing else: `noop`, else the smallest module.
    pub fn tiny(&self) -> Option<&'a WorkloadRecord> {
        let by_size = self.by_size();
        by_size.iter().find(|workload| workload.name == "noop").or(by_size.first()).copied()
    }

    /// The largest module.
    pub fn large(&self) -> Option<&'a WorkloadRecord> {
        self.by_size().last().copied()
    }

    /// The workload that stands for programs of a usual size: of those that any configuration started, the one nearest
    /// to a MiB. Modules that were generated to differ in size alone stand for nothing else.
    pub fn representative(&self) -> Option<&'a WorkloadRecord> {
        let started = |name: &str| {
            let mut rows = self.summary.cold_start.iter().filter(|row| row.workload == name);
            rows.any(|row| row.from_wasm.measured().is_some() || row.fresh_instance.measured().is_some())
        };
        self.nearest_to_usual(self.summary.run.workloads.iter().filter(|one| started(&one.name)))
    }

    fn nearest_to_usual(
        &self,
        workloads: impl Iterator<Item = &'a WorkloadRecord>,
    ) -> Option<&'a WorkloadRecord> {
        let generated = |one: &WorkloadRecord| one.tags.iter().any(|tag| tag == GENERATED);
        let distance = |one: &WorkloadRecord| ((one.wasm_bytes.max(1) as f64) / USUAL).ln().abs();
        workloads.min_by(|a, b| {
            (generated(a), distance(a)).partial_cmp(&(generated(b), distance(b))).unwrap_or(Ordering::Equal)
        })
    }

    /// The workload that the page opens with: of those for which the most questions have an answer, the one nearest to a MiB.
    pub fn opening(&self) -> Option<&'a WorkloadRecord> {
        let answers = |one: &WorkloadRecord| {
            let answered =
                |question: &Question| !self.summary.answer(*question, Some(&one.name)).kinds.is_empty();
            Question::ALL.iter().filter(|question| answered(question)).count()
        };
        let all = || self.summary.run.workloads.iter();
        let most = all().map(answers).max()?;
        self.nearest_to_usual(all().filter(|one| answers(one) == most))
    }

    /// The workloads of the first table: one of a usual size and the tiny one, each once.
    pub fn headline(&self) -> Vec<&'a WorkloadRecord> {
        distinct([self.representative(), self.tiny()])
    }

    /// The workloads whose memory the first table shows: those of [`View::headline`] whose memory was measured, else the
    /// first one whose memory was.
    pub fn memory_workloads(&self) -> Vec<&'a WorkloadRecord> {
        let headline: Vec<_> = self.headline().into_iter().filter(|one| self.remembers(&one.name)).collect();
        if headline.is_empty() { distinct([self.memory_workload()]) } else { headline }
    }

    /// The workloads whose memory was measured, of live instances or of those that are gone.
    pub fn remembered(&self) -> Vec<&'a WorkloadRecord> {
        self.summary.run.workloads.iter().filter(|one| self.remembers(&one.name)).collect()
    }

    /// The workload whose memory a chart shows: the tiny one where its memory was measured, else the first one whose
    /// memory was.
    pub fn memory_workload(&self) -> Option<&'a WorkloadRecord> {
        let tiny = self.tiny().filter(|workload| self.remembers(&workload.name));
        tiny.or_else(|| self.summary.run.workloads.iter().find(|workload| self.remembers(&workload.name)))
    }

    fn remembers(&self, workload: &str) -> bool {
        let measured = |row: &&Memory| row.private.measured().is_some() || row.called.measured().is_some();
        let left = |row: &&Residue| row.workload == workload && row.private.measured().is_some();
        self.memories(workload).iter().any(measured) || self.summary.residue.iter().any(|row| left(&row))
    }
}

/// The place of a tier kind among [`TIERS`]; after all of them where it is none of these.
pub fn place(tier: &str) -> usize {
    TIERS.iter().position(|(name, _)| *name == tier).unwrap_or(TIERS.len())
}

/// Each workload that is there, once.
pub fn distinct<'a>(
    workloads: impl IntoIterator<Item = Option<&'a WorkloadRecord>>,
) -> Vec<&'a WorkloadRecord> {
    let mut distinct: Vec<&'a WorkloadRecord> = Vec::new();
    for one in workloads.into_iter().flatten() {
        if !distinct.iter().any(|known| known.name == one.name) {
            distinct.push(one);
        }
    }
    distinct
}
