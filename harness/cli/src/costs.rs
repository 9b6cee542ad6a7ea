//! How long processes take, from earlier runs on this machine: so that the time told before a run is true.

use std::{collections::BTreeMap, fs, path::PathBuf, time::Duration};

use wasmark_adapter::Tier;

use crate::{
    paths,
    plan::{Item, Kind, Plan, Slot},
};

/// Seconds by configuration, workload and kind of process.
#[derive(Debug, Default)]
pub struct Costs {
    seconds: BTreeMap<String, f64>,
}

impl Costs {
    /// What the cache has. A cache that cannot be read is an empty one.
    #[must_use]
    pub fn read() -> Costs {
        let text = file().and_then(|path| fs::read_to_string(path).ok()).unwrap_or_default();
        Costs { seconds: serde_json::from_str(&text).unwrap_or_default() }
    }

    /// Keeps what was learned. Failing to is no reason to fail.
    pub fn write(&self) {
        if let (Some(path), Ok(text)) = (file(), serde_json::to_string(&self.seconds)) {
            fs::write(path, text).ok();
        }
    }

    /// Notes what a process took.
    pub fn note(&mut self, plan: &Plan, item: Item, took: Duration) {
        self.seconds.insert(key(plan, item), took.as_secs_f64());
    }

    /// Takes over what another has noted.
    pub fn extend(&mut self, other: Costs) {
        self.seconds.extend(other.seconds);
    }

    /// What a process took when it was last seen.
    #[must_use]
    pub fn known(&self, plan: &Plan, item: Item) -> Option<f64> {
        self.seconds.get(&key(plan, item)).copied()
    }

    /// The seconds that these processes will take; guessed where nothing is known.
    #[must_use]
    pub fn estimate<'a>(&self, plan: &Plan, slots: impl IntoIterator<Item = &'a Slot>) -> f64 {
        let again = plan.profile.precompile_again_below.as_secs_f64();
        let one = |slot: &Slot| {
            let seconds = self.known(plan, slot.item).unwrap_or_else(|| guess(plan, slot.item));
            let skipped = slot.item.kind == Kind::Precompile && slot.round > 0 && seconds > again;
            if skipped { 0.0 } else { seconds }
        };
        slots.into_iter().map(one).sum()
    }
}

/// For a machine that never measured: from the module's size and the tier.
fn guess(plan: &Plan, item: Item) -> f64 {
    let (target, workload) = plan.subject(item);
    let megabytes = workload.wasm_bytes() as f64 / 1e6;
    let compile = match target.configuration.tier {
        Tier::Aot => 0.1 + 10.0 * megabytes,
        Tier::Optimizing => 0.03 + 1.2 * megabytes,
        Tier::Interpreter | Tier::Baseline | Tier::Native | Tier::Process => 0.02 + 0.2 * megabytes,
    };
    match item.kind {
        Kind::Precompile | Kind::Start(_) => compile,
        Kind::Full(_) => 0.3,
        Kind::Memory(..) => 0.2,
    }
}

fn key(plan: &Plan, item: Item) -> String {
    let (target, workload) = plan.subject(item);
    format!("{} {} {} {}", plan.profile.name, target.id, workload.name(), item.kind.name())
}

fn file() -> Option<PathBuf> {
    paths::cache().ok().map(|cache| cache.join("costs.json"))
}
