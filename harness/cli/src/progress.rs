//! Progress on stderr: what is running, and when it will be over.

use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

use crate::plan::{Plan, Slot};

/// A bar that counts in estimated seconds, because processes differ by a factor of a hundred.
pub struct Progress {
    bar: ProgressBar,
    start: Instant,
    told: Option<Duration>,
}

impl Progress {
    /// An empty bar. Where stderr is no terminal, a line is printed every half minute instead.
    #[must_use]
    pub fn new() -> Progress {
        let bar = ProgressBar::new(1000);
        if let Ok(style) = ProgressStyle::with_template("{bar:30} {msg}") {
            bar.set_style(style);
        }
        Progress { bar, start: Instant::now(), told: None }
    }

    /// Says what runs now, and that `left` seconds are left.
    pub fn tell(&mut self, plan: &Plan, slot: Slot, left: f64) {
        let (target, workload) = plan.names(slot.item);
        let elapsed = self.start.elapsed();
        let share = elapsed.as_secs_f64() / (elapsed.as_secs_f64() + left).max(0.001);
        let text = format!(
            "{} left, round {} of {}: {target} {workload} {}",
            duration(left),
            slot.round + 1,
            plan.profile.rounds,
            slot.item.kind.name()
        );
        self.show(&text, share);
    }

    /// Says what runs now, and what share of everything is done.
    pub fn show(&mut self, text: &str, share: f64) {
        let elapsed = self.start.elapsed();
        if self.bar.is_hidden() {
            let due = self.told.is_none_or(|told| elapsed >= told + Duration::from_secs(30));
            if due {
                self.told = Some(elapsed);
                eprintln!("{text}");
            }
        } else {
            self.bar.set_position((share * 1000.0) as u64);
            self.bar.set_message(text.to_string());
        }
    }

    /// Removes the bar.
    pub fn finish(&self) {
        self.bar.finish_and_clear();
    }
}

impl Default for Progress {
    fn default() -> Self {
        Progress::new()
    }
}

/// A duration for people: `45 s`, `4 min`, `1 h 20 min`.
#[must_use]
pub fn duration(seconds: f64) -> String {
    let seconds = seconds.max(0.0).round() as u64;
    match seconds {
        0..120 => format!("{seconds} s"),
        120..5400 => format!("{} min", seconds.div_ceil(60)),
        _ => format!("{} h {} min", seconds / 3600, seconds % 3600 / 60),
    }
}

#[cfg(test)]
mod tests {
    use super::duration;

    #[test]
    fn durations_read_well() {
        assert_eq!([0.4, 45.0, 121.0, 6000.0].map(duration), ["0 s", "45 s", "3 min", "1 h 40 min"]);
    }
}
