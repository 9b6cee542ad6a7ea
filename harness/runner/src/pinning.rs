//! A worker on a CPU of its own, and wasmark on the others: neither the scheduler nor the controller gets into a window.
//!
//! The set of CPUs is inherited, as a scheduling policy is (`realtime.rs`): nothing runs between fork and exec for it.

use std::{fmt, str::FromStr};

use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};

/// What `--pin` asks for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Choice {
    /// The last CPU that wasmark may use, where there are at least two and the system permits it.
    #[default]
    Auto,
    /// None.
    None,
    /// The one of this number.
    Cpu(u32),
}

/// The error for a text that `--pin` does not take.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("give auto, none, or the number of a CPU")]
pub struct NoChoice;

/// A CPU that wasmark may not use.
#[derive(Debug, thiserror::Error)]
#[error("failed to pin workers to CPU {number}: wasmark may use {allowed}; choose one of these")]
pub struct NotAllowed {
    number: u32,
    allowed: String,
}

impl FromStr for Choice {
    type Err = NoChoice;

    fn from_str(text: &str) -> Result<Choice, NoChoice> {
        match text {
            "auto" => Ok(Choice::Auto),
            "none" => Ok(Choice::None),
            number => number.parse().map(Choice::Cpu).map_err(|_| NoChoice),
        }
    }
}

/// Where the processes of a run are.
#[derive(Clone, Copy, Debug, Default)]
pub struct Pinning(Option<Apart>);

/// The CPUs of each side, none of which is empty.
#[derive(Clone, Copy, Debug)]
struct Apart {
    worker: Cpus,
    wasmark: Cpus,
    all: Cpus,
}

impl Pinning {
    /// Every process is where the scheduler puts it.
    pub const FREE: Pinning = Pinning(None);

    /// Decides, and states what the result records.
    ///
    /// # Errors
    /// A CPU that wasmark may not use.
    pub fn choose(choice: Choice) -> Result<(Pinning, String), NotAllowed> {
        let free = |why: &str| Ok((Pinning::FREE, format!("not pinned: {why}")));
        let Some(all) = Cpus::allowed() else {
            return free("the system does not report the CPUs that wasmark may use");
        };
        let numbers: Vec<u32> = all.numbers().collect();
        let cpu = match (choice, numbers.as_slice()) {
            (Choice::None, _) => return free("--pin none"),
            (Choice::Cpu(number), _) if !numbers.contains(&number) => {
                return Err(NotAllowed { number, allowed: all.to_string() });
            }
            (_, [] | [_]) => return free("there is one CPU"),
            (Choice::Cpu(number), _) => number,
            (Choice::Auto, [.., last]) => *last,
        };
        let apart = Apart { worker: Cpus::one(cpu), wasmark: all.without(cpu), all };
        if !(apart.worker.set() && apart.wasmark.set() && apart.all.set()) {
            all.set();
            return free("the system refuses it");
        }
        Ok((Pinning(Some(apart)), format!("workers on CPU {cpu}, wasmark on {}", apart.wasmark)))
    }

    /// Whether the scheduler decides.
    #[must_use]
    pub fn is_free(self) -> bool {
        self.0.is_none()
    }

    /// Keeps the calling thread, and the threads that it starts, off the worker's CPU until the guard is dropped.
    pub fn keep_off(self) -> Entered {
        Entered::new(self.0.map(|apart| (apart.wasmark, apart.all)))
    }

    /// Puts the calling thread, and so the process that it starts, onto the worker's CPU until the guard is dropped. Inside
    /// of [`Pinning::keep_off`], which holds again then.
    pub fn enter(self) -> Entered {
        Entered::new(self.0.map(|apart| (apart.worker, apart.wasmark)))
    }
}

/// Puts the thread back when dropped.
#[must_use]
pub struct Entered(Option<Cpus>);

impl Entered {
    fn new(sets: Option<(Cpus, Cpus)>) -> Entered {
        Entered(sets.map(|(now, later)| {
            now.set();
            later
        }))
    }
}

impl Drop for Entered {
    fn drop(&mut self) {
        if let Some(later) = self.0 {
            later.set();
        }
    }
}

/// A set of CPUs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Cpus(CpuSet);

impl Cpus {
    /// Those of the calling thread; `None` where the system has more than 1,024.
    fn allowed() -> Option<Cpus> {
        sched_getaffinity(None).ok().map(Cpus)
    }

    fn one(cpu: u32) -> Cpus {
        let mut cpus = CpuSet::new();
        if (cpu as usize) < CpuSet::MAX_CPU {
            cpus.set(cpu as usize);
        }
        Cpus(cpus)
    }

    fn without(mut self, cpu: u32) -> Cpus {
        self.0.unset(cpu as usize);
        self
    }

    fn numbers(self) -> impl Iterator<Item = u32> {
        (0..CpuSet::MAX_CPU as u32).filter(move |cpu| self.0.is_set(*cpu as usize))
    }

    /// Has the calling thread run on these alone, and whether the system permits that.
    fn set(self) -> bool {
        sched_setaffinity(None, &self.0).is_ok()
    }
}

impl fmt::Display for Cpus {
    /// As `taskset` has it: `0-2,5`.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut ranges: Vec<(u32, u32)> = Vec::new();
        for cpu in self.numbers() {
            match ranges.last_mut() {
                Some((_, last)) if *last + 1 == cpu => *last = cpu,
                _ => ranges.push((cpu, cpu)),
            }
        }
        let text = ranges.iter().map(|(first, last)| match first == last {
            true => first.to_string(),
            false => format!("{first}-{last}"),
        });
        write!(formatter, "{}", text.collect::<Vec<_>>().join(","))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_are_shown_and_divided() {
        let mut cpus = Cpus(CpuSet::new());
        [0, 1, 2, 5, 1023].into_iter().for_each(|cpu| cpus.0.set(cpu));
        assert_eq!(cpus.to_string(), "0-2,5,1023");
        assert_eq!(cpus.without(1).to_string(), "0,2,5,1023");
        assert_eq!(cpus.without(1023).numbers().collect::<Vec<_>>(), [0, 1, 2, 5]);
        assert_eq!(Cpus::one(70).to_string(), "70");
        assert_eq!(Cpus::one(2000), Cpus(CpuSet::new()));
    }

    #[test]
    fn a_choice_is_a_word_or_a_number() {
        let read = |text: &str| text.parse::<Choice>();
        assert_eq!(
            [read("auto"), read("none"), read("3")],
            [Ok(Choice::Auto), Ok(Choice::None), Ok(Choice::Cpu(3))]
        );
        assert!(read("all").is_err() && read("-1").is_err());
    }

    #[test]
    fn a_thread_is_where_it_was_put_and_comes_back() {
        let before = Cpus::allowed().expect("a set");
        let (free, why) = Pinning::choose(Choice::None).expect("a choice");
        assert!(free.is_free() && why.contains("--pin none"), "{why}");
        assert!(Pinning::choose(Choice::Cpu(1023)).is_err() || before.numbers().any(|cpu| cpu == 1023));
        let (pinning, where_to) = Pinning::choose(Choice::Auto).expect("a choice");
        if pinning.is_free() {
            assert_eq!(before.numbers().count(), 1, "{where_to}");
            return;
        }
        let last = before.numbers().last().expect("a CPU");
        let inside = pinning.keep_off();
        assert_eq!(Cpus::allowed(), Some(before.without(last)));
        let entered = pinning.enter();
        assert_eq!(Cpus::allowed(), Some(Cpus::one(last)), "{where_to}");
        drop(entered);
        assert_eq!(Cpus::allowed(), Some(before.without(last)));
        drop(inside);
        assert_eq!(Cpus::allowed(), Some(before));

        let one = Cpus::one(last);
        assert!(one.set());
        let (pinning, why) = Pinning::choose(Choice::Auto).expect("a choice");
        assert!(pinning.is_free() && why == "not pinned: there is one CPU", "{why}");
        before.set();
    }
}
