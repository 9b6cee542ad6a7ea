//! How noisy the machine was: a grade, what it rests on, and what to do about it.

use serde::Serialize;

use super::Estimate;
use crate::run::{Environment, Realtime, Run};

/// Below this, the control loop calls a machine quiet.
pub const QUIET: f64 = 0.02;

/// From this on, the control loop calls a machine noisy.
pub const NOISY: f64 = 0.10;

/// Shares of the CPUs' busy time that a hypervisor took: from the first on there is some noise, from the second on a
/// machine is noisy.
pub const STEAL: [f64; 2] = [0.01, 0.05];

/// An interval that is wider than this share of its value is marked.
pub const WIDE: f64 = 0.2;

/// How noisy a machine was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Grade {
    /// Nothing watched.
    Unknown,
    /// Small differences show.
    Quiet,
    /// Intervals are to be trusted, not single numbers.
    Some,
    /// Wall times may be far above what the work takes.
    Noisy,
}

impl Grade {
    /// The grade in words.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Grade::Unknown => "unknown",
            Grade::Quiet => "quiet",
            Grade::Some => "some noise",
            Grade::Noisy => "noisy",
        }
    }

    fn of(value: f64, [some, noisy]: [f64; 2]) -> Grade {
        match value {
            value if value >= noisy => Grade::Noisy,
            value if value >= some => Grade::Some,
            _ => Grade::Quiet,
        }
    }
}

/// The grade of a run, the worst of what was watched.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Noise {
    /// The grade.
    pub grade: Grade,
    /// Everything that was watched, as half-sentences: what is as bad as `grade` first.
    pub seen: Vec<String>,
    /// What to do about it; `None` unless the grade is [`Grade::Noisy`].
    pub remedy: Option<&'static str>,
}

impl Noise {
    /// The grade and all that it rests on, in one line.
    #[must_use]
    pub fn line(&self) -> String {
        if self.seen.is_empty() {
            return self.grade.name().to_owned();
        }
        format!("{}: {}", self.grade.name(), self.seen.join(", "))
    }

    /// A sentence for a run that was noisy, with what to do next.
    #[must_use]
    pub fn warning(&self) -> Option<String> {
        Some(format!("the machine was {}; {}", self.line(), self.remedy?))
    }
}

/// The grade of a machine as `environment` describes it.
#[must_use]
pub fn grade(environment: &Environment, realtime: Realtime) -> Noise {
    let watched = environment.disturbance.clone().unwrap_or_default();
    // Where nothing watched further there is no other time to tell this one from.
    let alone = environment.disturbance.is_none();
    let mut seen: Vec<(Grade, String)> = Vec::new();
    let spreads = [(environment.noise, " before"), (watched.during, " during"), (watched.after, " after")];
    let spreads: Vec<(f64, &str)> =
        spreads.into_iter().filter_map(|(spread, when)| Some((spread?, when))).collect();
    if let Some(worst) = spreads.iter().map(|(spread, _)| *spread).reduce(f64::max) {
        let each: Vec<String> = spreads
            .iter()
            .map(|(spread, when)| format!("{}{}", percent(*spread), if alone { "" } else { when }))
            .collect();
        let of_what = if alone { "" } else { " the run" };
        let text = format!("equal work varied by {}{of_what}", each.join(", "));
        seen.push((Grade::of(worst, [QUIET, NOISY]), text));
    }
    if let Some(steal) = watched.steal {
        seen.push((
            Grade::of(steal, STEAL),
            format!("the hypervisor took {} of the CPU time", percent(steal)),
        ));
    }
    // The run's own load is one worker and, while it compiles, a thread for each CPU.
    let cpus = f64::from(environment.cpus);
    let highest = watched.load.unwrap_or_default().max(environment.load);
    let load = match watched.load {
        Some(during) => format!("load {:.1} before and up to {during:.1} during the run", environment.load),
        None => format!("load {:.1}", environment.load),
    };
    let load = format!("{load} on {}", cpus_of(environment.cpus));
    seen.push((Grade::of(highest, [cpus + 1.0, 2.0 * cpus + 1.0]), load));
    let nothing = environment.noise.is_none() && alone;
    let worst = seen.iter().map(|(grade, _)| *grade).max().unwrap_or(Grade::Unknown);
    // A load alone shows that a machine is busy, and never that it is quiet.
    let grade = if nothing && worst == Grade::Quiet { Grade::Unknown } else { worst };
    seen.sort_by_key(|(grade, _)| std::cmp::Reverse(*grade));
    let remedy = (grade == Grade::Noisy).then_some(match realtime {
        Realtime::Applied => "measure again on a quiet machine, or with more --rounds",
        Realtime::Off | Realtime::Refused => {
            "measure again on a quiet machine, with --realtime where the system permits it, or with more --rounds"
        }
    });
    Noise { grade, seen: seen.into_iter().map(|(_, text)| text).collect(), remedy }
}

/// The grade of a run.
pub(crate) fn of_run(run: &Run) -> Noise {
    grade(&run.environment, run.realtime)
}

/// Whether the interval from `low` to `high` is too wide for its value to be taken as it stands.
#[must_use]
pub fn is_wide(low: f64, value: f64, high: f64) -> bool {
    high - low > WIDE * value.abs()
}

impl Estimate {
    /// Whether its interval is wider than [`WIDE`] of it.
    #[must_use]
    pub fn is_wide(&self) -> bool {
        is_wide(self.low, self.median, self.high)
    }
}

fn percent(share: f64) -> String {
    let percent = share * 100.0;
    if percent < 10.0 { format!("{percent:.1} %") } else { format!("{percent:.0} %") }
}

fn cpus_of(cpus: u32) -> String {
    format!("{cpus} {}", if cpus == 1 { "CPU" } else { "CPUs" })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{example::run, run::Disturbance};

    fn environment(noise: Option<f64>, load: f64, disturbance: Option<Disturbance>) -> Environment {
        Environment { noise, load, disturbance, ..run().environment }
    }

    #[test]
    fn the_run_of_the_issue_is_noisy_and_has_a_remedy() {
        let noise = grade(&environment(Some(6.22), 16.7, None), Realtime::Off);
        assert_eq!(noise.grade, Grade::Noisy);
        let warning = noise.warning().expect("a warning");
        for part in ["varied by 622 %", "load 16.7 on 2 CPUs", "--realtime", "--rounds"] {
            assert!(warning.contains(part), "{part}: {warning}");
        }
        let applied = grade(&environment(Some(6.22), 16.7, None), Realtime::Applied);
        assert!(!applied.warning().expect("a warning").contains("--realtime"));
    }

    #[test]
    fn each_thing_that_is_watched_can_make_a_run_noisy() {
        let quiet = Disturbance { during: Some(0.01), after: Some(0.01), steal: Some(0.0), load: Some(1.2) };
        let noisy = [
            Disturbance { during: Some(0.1), ..quiet.clone() },
            Disturbance { after: Some(0.3), ..quiet.clone() },
            Disturbance { steal: Some(0.05), ..quiet.clone() },
            Disturbance { load: Some(5.0), ..quiet.clone() },
        ];
        let of = |disturbance| grade(&environment(Some(0.01), 0.3, Some(disturbance)), Realtime::Off);
        assert_eq!((of(quiet.clone()).grade, of(quiet).warning()), (Grade::Quiet, None));
        for disturbance in noisy {
            let noise = of(disturbance.clone());
            assert_eq!(noise.grade, Grade::Noisy, "{disturbance:?}");
            assert!(noise.warning().is_some());
        }
        let some = of(Disturbance { steal: Some(0.02), ..Disturbance::default() });
        assert_eq!((some.grade, some.warning()), (Grade::Some, None));
        assert!(some.line().starts_with("some noise: the hypervisor took 2.0 %"), "{}", some.line());
    }

    #[test]
    fn where_nothing_watched_a_machine_is_not_called_quiet() {
        assert_eq!(grade(&environment(None, 0.1, None), Realtime::Off).grade, Grade::Unknown);
        assert_eq!(grade(&environment(None, 9.0, None), Realtime::Off).grade, Grade::Noisy);
    }

    #[test]
    fn wide_is_more_than_a_fifth_of_the_value() {
        assert!(is_wide(9.7, 13.6, 20.5) && !is_wide(3.54, 3.59, 3.64));
        assert!(!is_wide(9.0, 10.0, 11.0) && is_wide(9.0, 10.0, 11.01));
        assert!(is_wide(-1.0, 0.0, 1.0) && !is_wide(0.0, 0.0, 0.0));
        assert!(is_wide(-12.0, -10.0, -9.0));
    }
}
