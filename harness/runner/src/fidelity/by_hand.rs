//! The side of the hand-written loops: their command line, their process, and what they print (`runtimes/by_hand`).

use std::{
    os::unix::process::{CommandExt, ExitStatusExt},
    path::{Path, PathBuf},
    process::Stdio,
};

use wasmark_adapter::{probes, protocol::Expected};
use wasmark_results::statistics::median::median;

use super::{
    cell::{Blocks, Cell, Failure, INSTANCES, Metric, Reading},
    subject::{Conditions, Size, Subject},
    worker,
};
use crate::{process, profile::Calls};

/// What a program is to do, and what is right.
pub struct Order {
    configuration: String,
    code: PathBuf,
    cold: i32,
    argument: i32,
    /// The units of work of a call.
    units: f64,
    expected: Option<i64>,
    measure: Measure,
}

/// What is measured, as the programs have it.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Measure {
    /// Windows of one call each, then blocks of calls, which count after their warm-ups.
    Time { of: Of, singles: u64, blocks: Blocks },
    /// Memory at these numbers of instances.
    Memory,
}

/// What is timed, by the programs' words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Of {
    /// A new instance for each call.
    Fresh,
    /// Calls of one instance.
    Reused,
}

impl Order {
    pub fn new(subject: &Subject<'_>, cell: &Cell, size: Size) -> Order {
        let workload = subject.workload;
        let cold = workload.cold_units();
        let units = workload.units(subject.target.configuration.tier);
        let short = |of| {
            let blocks = cell.blocks.unwrap_or(Blocks { warmups: 0, windows: 1, calls: 1 });
            Measure::Time { of, singles: size.windows, blocks }
        };
        let (argument, measure) = match cell.metric {
            Metric::FreshInstance => (cold, short(Of::Fresh)),
            Metric::ReusedInstance => (cold, short(Of::Reused)),
            Metric::Throughput => {
                let Calls { warmups, samples: calls, .. } = worker::calls();
                let (warmups, windows) = (warmups as usize, (warmups + calls) as usize);
                let blocks = Blocks { warmups, windows, calls: 1 };
                (units, Measure::Time { of: Of::Reused, singles: 0, blocks })
            }
            Metric::PerInstancePrivate => (cold, Measure::Memory),
        };
        let expected = match workload.invocation(argument).expected {
            Some(Expected::Checksum(checksum)) => Some(checksum),
            _ => None,
        };
        let configuration = subject.target.configuration.name.clone();
        // Of all metrics but throughput a call is one.
        let units = if cell.metric == Metric::Throughput { f64::from(units) } else { 1.0 };
        Order { configuration, code: subject.code(), cold, argument, units, expected, measure }
    }
}

impl Measure {
    /// The program's words for it.
    fn words(&self) -> [String; 2] {
        match self {
            Measure::Time { of, singles, blocks } => {
                let of = match of {
                    Of::Fresh => "fresh",
                    Of::Reused => "reused",
                };
                [of.to_string(), format!("{singles}x1,{}x{}", blocks.windows, blocks.calls)]
            }
            Measure::Memory => {
                let numbers: Vec<String> = INSTANCES.iter().map(u32::to_string).collect();
                ["memory".to_string(), numbers.join(",")]
            }
        }
    }
}

/// Runs a program in the environment of workers: what it measured.
pub fn measure(program: &Path, order: &Order, conditions: Conditions) -> Result<Reading, Failure> {
    let [what, numbers] = order.measure.words();
    let (launch, seconds) = (conditions.launch, conditions.limits.time.as_secs());
    let mut command = process::in_environment(program, launch.placement);
    command
        .envs([process::ONE_ARENA])
        .args([&order.configuration, order.code.to_string_lossy().as_ref(), &what, &numbers])
        .args([order.cold, order.argument].map(|argument| argument.to_string()))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let prepare = move || {
        // As every worker does.
        probes::end_with_controller();
        probes::no_huge_pages();
        // SAFETY: a system call without preconditions; the alarm ends the program if it takes longer.
        unsafe { libc::alarm(u32::try_from(seconds).unwrap_or(u32::MAX)) };
        Ok(())
    };
    // SAFETY: between fork and exec there are system calls alone.
    unsafe { command.pre_exec(prepare) };
    let _off = launch.pinning.keep_off();
    let pinned = launch.pinning.enter();
    let entered = launch.scheduling.enter(launch.pinning);
    let child = command.spawn();
    drop(entered);
    drop(pinned);
    let output = child
        .and_then(|child| child.wait_with_output())
        .map_err(|problem| Failure::Failed(format!("the hand-written loop did not start: {problem}")))?;
    if !output.status.success() {
        let how = match output.status.signal() {
            Some(libc::SIGALRM) => format!("did not end within {seconds} s"),
            _ => format!("ended with {}", output.status),
        };
        let printed = String::from_utf8_lossy(&output.stderr).trim().to_string();
        return Err(Failure::Failed(format!("the hand-written loop {how}: {printed}")));
    }
    read(&String::from_utf8_lossy(&output.stdout), order)
}

/// What a program printed, read.
fn read(printed: &str, order: &Order) -> Result<Reading, Failure> {
    let mut lines = Lines::default();
    for line in printed.lines() {
        lines.take(line).ok_or_else(|| {
            Failure::Failed(format!("the hand-written loop printed {line:?}, which is no line of its form"))
        })?;
    }
    let returned = lines.returned;
    if let (Some(expected), Some(returned)) = (order.expected, returned)
        && expected != returned
    {
        return Err(Failure::WrongOutput(format!("the hand-written loop: {returned} instead of {expected}")));
    }
    let short =
        || Failure::Failed("the hand-written loop printed less than it was asked for, or more".to_string());
    returned.ok_or_else(short)?;
    let passes: Vec<usize> = match &order.measure {
        Measure::Time { singles, blocks, .. } => vec![*singles as usize, blocks.windows],
        Measure::Memory => Vec::new(),
    };
    let of_pass = |pass: usize| lines.windows.iter().filter(move |(of, _)| *of == pass).map(|(_, ns)| *ns);
    let whole = passes.iter().enumerate().all(|(pass, windows)| of_pass(pass).count() == *windows);
    if !whole || lines.windows.len() != passes.iter().sum::<usize>() {
        return Err(short());
    }
    match &order.measure {
        Measure::Time { blocks, .. } => {
            let counted = of_pass(1).skip(blocks.warmups);
            let each: Vec<f64> = counted.map(|ns| ns / blocks.calls as f64 / order.units).collect();
            median(&each).map(|median| Reading::Time(median.estimate))
        }
        Measure::Memory => {
            let numbers: Vec<u32> = lines.live.iter().map(|(number, _)| *number).collect();
            INSTANCES.starts_with(&numbers).then_some(Reading::Memory(lines.live))
        }
    }
    .ok_or_else(short)
}

/// What a program printed.
#[derive(Default)]
struct Lines {
    windows: Vec<(usize, f64)>,
    live: Vec<(u32, u64)>,
    returned: Option<i64>,
}

impl Lines {
    fn take(&mut self, line: &str) -> Option<()> {
        let words: Vec<&str> = line.split(' ').collect();
        match words.as_slice() {
            ["window", pass, ns] => {
                let ns: u64 = ns.parse().ok()?;
                self.windows.push((pass.parse().ok()?, ns as f64));
            }
            ["live", number, bytes] => self.live.push((number.parse().ok()?, bytes.parse().ok()?)),
            ["returned", value] => self.returned = Some(value.parse().ok()?),
            _ => return None,
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(measure: Measure, units: f64) -> Order {
        Order {
            configuration: "c".into(),
            code: "m.wasm".into(),
            cold: 1,
            argument: 1,
            units,
            expected: Some(43),
            measure,
        }
    }

    #[test]
    fn blocks_count_after_their_warm_ups_for_each_call_and_unit() {
        let timed = |singles, blocks| Measure::Time { of: Of::Reused, singles, blocks };
        let blocks = Blocks { warmups: 1, windows: 4, calls: 10 };
        let printed =
            "window 0 7\nwindow 0 9\nwindow 1 900\nwindow 1 100\nwindow 1 300\nwindow 1 200\nreturned 43\n";
        assert_eq!(read(printed, &order(timed(2, blocks), 1.0)), Ok(Reading::Time(20.0)));
        let printed = "window 1 900\nwindow 1 100\nwindow 1 300\nwindow 1 200\nreturned 43\n";
        let blocks = Blocks { calls: 1, ..blocks };
        assert_eq!(read(printed, &order(timed(0, blocks), 5.0)), Ok(Reading::Time(40.0)));
        assert_eq!(timed(0, blocks).words(), ["reused", "0x1,4x1"].map(String::from));
    }

    #[test]
    fn what_is_wrong_short_or_unreadable_is_a_failure() {
        let blocks = Blocks { warmups: 0, windows: 2, calls: 1 };
        let fresh = order(Measure::Time { of: Of::Fresh, singles: 1, blocks }, 1.0);
        let right = "window 0 9\nwindow 1 3\nwindow 1 5\n";
        assert_eq!(read(&format!("{right}returned 43\n"), &fresh), Ok(Reading::Time(4.0)));
        let wrong = read(&format!("{right}returned 44\n"), &fresh);
        assert!(matches!(wrong, Err(Failure::WrongOutput(_))), "{wrong:?}");
        for printed in [
            "".to_string(),
            "returned 43\n".to_string(),
            "window 0 9\nwindow 1 3\nreturned 43\n".to_string(),
            right.to_string(),
            format!("{right}window 1 5\nreturned 43\n"),
            format!("{right}window 2 5\nreturned 43\n"),
            "window 0 9\nwindow 1 3\nwindow 1 x\nreturned 43\n".to_string(),
            format!("{right}returned 43\nand more\n"),
        ] {
            let failed = read(&printed, &fresh);
            assert!(matches!(failed, Err(Failure::Failed(_))), "{printed:?}: {failed:?}");
        }
        let memory = order(Measure::Memory, 1.0);
        let points = vec![(1, 5), (4, 9)];
        assert_eq!(read("live 1 5\nlive 4 9\nreturned 43\n", &memory), Ok(Reading::Memory(points)));
        assert!(read("live 4 9\nreturned 43\n", &memory).is_err());
    }
}
