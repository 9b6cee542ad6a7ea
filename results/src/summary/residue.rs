//! What instances leave behind once they are gone.

use super::{Cell, Line, Residue, Unit, memory::line, subject::Subject};
use crate::record::metric;

/// The residue of one configuration and workload.
pub fn summarise(subject: &Subject) -> Residue {
    let private = line(subject, metric::RESIDUE_PRIVATE, Unit::Bytes);
    let maps = line(subject, metric::RESIDUE_MAPS, Unit::Count);
    let descriptors = line(subject, metric::RESIDUE_DESCRIPTORS, Unit::Count);
    let known: Vec<bool> = [&private, &maps, &descriptors].into_iter().filter_map(leaks).collect();
    let leaks = (!known.is_empty()).then(|| known.contains(&true));
    Residue {
        configuration: subject.configuration.to_owned(),
        workload: subject.workload.to_owned(),
        tier: subject.tier.to_owned(),
        held: subject.estimate(metric::RESIDUE_HELD, Unit::Bytes),
        leaks,
        private,
        maps,
        descriptors,
    }
}

/// Whether the interval of what each cycle leaves is above 0; `None` where there is no interval.
fn leaks(series: &Cell<Line>) -> Option<bool> {
    let slope = &series.measured()?.fit.as_ref()?.per_instance;
    (slope.n > 1).then_some(slope.low > 0.0)
}
