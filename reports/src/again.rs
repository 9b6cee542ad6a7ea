//! The commands that measure again: of a run, of one of its workloads, of one of its cells.

use wasmark_results::{
    coverage::Coverage,
    run::{Run, WorkloadRecord},
};

/// What the page puts a cell's configurations in place of.
pub const CONFIGURATIONS: &str = "CONFIGURATIONS";
/// What the page puts a cell's group of metrics in place of.
pub const METRICS: &str = "METRICS";

/// Options that choose what is measured, each with a value, which a command for one cell states itself.
const CHOICES: [&str; 4] = ["--runtimes", "--configurations", "--tiers", "--metrics"];

/// The same without a value.
const SWITCH: &str = "--all-configurations";

/// The command of the run with its seed, for this workload alone where it is one of a suite.
pub fn workload(run: &Run, workload: &WorkloadRecord) -> String {
    let (own, program) = split(run);
    join(with(run, workload, own, Vec::new()), program)
}

/// The command for a cell of this workload, with [`CONFIGURATIONS`] and [`METRICS`].
pub fn cell(run: &Run, workload: &WorkloadRecord) -> String {
    let (mut own, program) = split(run);
    for name in CHOICES {
        remove(&mut own, name);
    }
    own.retain(|word| word != SWITCH);
    let choice = ["--configurations", CONFIGURATIONS, "--metrics", METRICS].map(str::to_owned).to_vec();
    join(with(run, workload, own, choice), program)
}

/// The words of a run's command, and those of the program that it runs, from `--` on.
fn split(run: &Run) -> (Vec<String>, Vec<String>) {
    let words = shlex::split(&run.command).unwrap_or_else(|| vec![run.command.clone()]);
    let at = words.iter().position(|word| word == "--").unwrap_or(words.len());
    let (own, program) = words.split_at(at);
    (own.to_vec(), program.to_vec())
}

/// Removes an option with its value, as `--name value` or `--name=value`.
fn remove(words: &mut Vec<String>, name: &str) {
    let joined = format!("{name}=");
    while let Some(at) = words.iter().position(|word| word == name || word.starts_with(&joined)) {
        let apart = words[at] == name;
        words.drain(at..(at + 1 + usize::from(apart)).min(words.len()));
    }
}

/// `own` with what is chosen before the rest, the workload and the seed.
fn with(run: &Run, workload: &WorkloadRecord, mut own: Vec<String>, mut choice: Vec<String>) -> Vec<String> {
    let has = |words: &[String], name: &str| {
        words.iter().any(|word| word == name || word.starts_with(&format!("{name}=")))
    };
    let of_suite =
        workload.coverage != Coverage::default() || has(&own, "--workloads") || has(&own, "--suite");
    if of_suite {
        remove(&mut own, "--workloads");
        choice.extend(["--workloads".to_owned(), workload.name.clone()]);
    }
    if !has(&own, "--seed") {
        choice.extend(["--seed".to_owned(), run.seed.to_string()]);
    }
    // After "wasmark run", so before a module and its arguments.
    let at = own.len().min(2);
    own.splice(at..at, choice);
    own
}

fn join(own: Vec<String>, program: Vec<String>) -> String {
    let words: Vec<String> = own.into_iter().chain(program).collect();
    let quoted = words.iter().map(|word| shlex::try_quote(word).map_or_else(|_| word.clone(), Into::into));
    quoted.collect::<Vec<String>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(command: &str) -> Run {
        let text = include_str!("../../results/tests/data/v1/finished/run.json");
        let run: Run = serde_json::from_str(text).expect("a run");
        Run { command: command.into(), seed: 7, ..run }
    }

    /// A workload of a suite has a reason to be there.
    fn of(run: &Run, why: &str) -> WorkloadRecord {
        let coverage = Coverage { why: why.into(), ..Coverage::default() };
        WorkloadRecord { name: "json".into(), coverage, ..run.workloads[0].clone() }
    }

    #[test]
    fn a_cell_is_measured_alone() {
        let run =
            run("wasmark run --runtimes wasmi,wasmtime --rounds 3 --workloads=fib,json --all-configurations");
        let workload = of(&run, "it is there");
        assert_eq!(
            cell(&run, &workload),
            "wasmark run --configurations CONFIGURATIONS --metrics METRICS --workloads json --seed 7 --rounds 3"
        );
        assert_eq!(
            super::workload(&run, &workload),
            "wasmark run --workloads json --seed 7 --runtimes 'wasmi,wasmtime' --rounds 3 --all-configurations"
        );
    }

    #[test]
    fn a_module_of_one_s_own_stays_with_its_arguments() {
        let run =
            run("wasmark run my.wasm --seed 3 --tiers aot --invoke f --expect 'a b' -- --seed 4 --metrics x");
        let workload = of(&run, "");
        assert_eq!(
            cell(&run, &workload),
            "wasmark run --configurations CONFIGURATIONS --metrics METRICS my.wasm --seed 3 --invoke f --expect 'a b' \
             -- --seed 4 --metrics x"
        );
    }
}
