//! A worker on a CPU of its own, and wasmark on the others: neither the scheduler nor the controller gets into a window.
//!
//! The set of CPUs is inherited, as a scheduling policy is (`realtime.rs`): nothing runs between fork and exec for it.

use std::{fmt, str::FromStr};

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

/// A set of CPUs, a bit for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Cpus([u64; 16]);

impl Cpus {
    /// Those of the calling thread; `None` where the system has more than 1,024.
    fn allowed() -> Option<Cpus> {
        let mut cpus = Cpus([0; 16]);
        // SAFETY: the kernel writes at most so many bytes, and 0 is the calling thread.
        let read = unsafe { libc::sched_getaffinity(0, size_of::<Cpus>(), (&raw mut cpus).cast()) };
        (read == 0).then_some(cpus)
    }

    fn one(cpu: u32) -> Cpus {
        let mut cpus = Cpus([0; 16]);
        if let Some(word) = cpus.0.get_mut(cpu as usize / 64) {
            *word = 1 << (cpu % 64);
        }
        cpus
    }

    fn without(self, cpu: u32) -> Cpus {
        let mut rest = self;
        rest.0.iter_mut().zip(Cpus::one(cpu).0).for_each(|(word, one)| *word &= !one);
        rest
    }

    fn numbers(self) -> impl Iterator<Item = u32> {
        (0..1024).filter(move |cpu| self.0[*cpu as usize / 64] >> (cpu % 64) & 1 == 1)
    }

    /// Has the calling thread run on these alone, and whether the system permits that.
    fn set(self) -> bool {
        // SAFETY: the kernel reads so many bytes, and 0 is the calling thread; where it refuses, nothing changes.
        unsafe { libc::sched_setaffinity(0, size_of::<Cpus>(), (&raw const self).cast()) == 0 }
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
        let mut cpus = Cpus([0; 16]);
        cpus.0[0] = 0b10_0111;
        cpus.0[15] = 1 << 63;
        assert_eq!(cpus.to_string(), "0-2,5,1023");
        assert_eq!(cpus.without(1).to_string(), "0,2,5,1023");
        assert_eq!(cpus.without(1023).numbers().collect::<Vec<_>>(), [0, 1, 2, 5]);
        assert_eq!(Cpus::one(70).to_string(), "70");
        assert_eq!(Cpus::one(2000), Cpus([0; 16]));
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
