//! What instances leave behind once they are gone.

use super::{Cell, Line, Residue, Unit, memory::line, subject::Subject};
use crate::record::metric;

/// The residue of one configuration and workload.
pub fn summarise(subject: &Subject) -> Residue {
    let private = line(subject, metric::RESIDUE_PRIVATE, Unit::Bytes);
    let maps = line(subject, metric::RESIDUE_MAPS, Unit::Count);
    let descriptors = line(subject, metric::RESIDUE_DESCRIPTORS, Unit::Count);
    let leaks = [&private, &maps, &descriptors].into_iter().any(leaks);
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

/// Whether the interval of what each cycle leaves is above nothing.
fn leaks(series: &Cell<Line>) -> bool {
    let slope = series.measured().and_then(|line| line.fit.as_ref());
    slope.is_some_and(|fit| fit.per_instance.n > 1 && fit.per_instance.low > 0.0)
}
