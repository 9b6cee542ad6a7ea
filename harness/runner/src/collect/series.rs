//! The rows of what has several points in a process: live instances, instances that are gone, threads.

use wasmark_adapter::protocol::{
    Answered, Arrivals, Held, Hosted, Memory, MemoryState, Peak, Phase, Policy, Slice,
};
use wasmark_results::record::{Outcome, metric};

use super::Rows;
use crate::metrics;

impl Rows<'_> {
    /// A point of the memory series.
    pub(super) fn memory(&mut self, memory: &Memory) {
        let state = match memory.state {
            MemoryState::Instantiated => metric::MEMORY_INSTANTIATED,
            MemoryState::Called => metric::MEMORY_CALLED,
        };
        self.point(state, memory.instances, memory.anonymous_pss);
        if memory.state == MemoryState::Called {
            self.point(metric::MEMORY_PRIVATE, memory.instances, memory.private_dirty);
            self.point(metric::MEMORY_RESERVED, memory.instances, memory.reserved);
            self.point(metric::MEMORY_MAPS, memory.instances, memory.maps);
            if let Some(descriptors) = memory.descriptors {
                self.point(metric::MEMORY_DESCRIPTORS, memory.instances, descriptors);
            }
            self.point(metric::MEMORY_PAGE_TABLES, memory.instances, memory.page_tables);
        }
    }

    /// How many instances live. What is reported on the way shows how far a process came that ends without more.
    pub(super) fn held(&mut self, Held { state, instances, private_dirty, ending, failure }: Held) {
        self.live = Some(instances).filter(|_| ending.is_none());
        let Some(ending) = ending else { return };
        let state = metrics::density(state);
        self.value(&metric::density(state, ending.name()), f64::from(instances));
        self.value(&metric::density(state, "private"), private_dirty as f64);
        if let Some(failure) = failure {
            let reason = format!("stopped at {}: {failure}", super::instances(instances));
            self.push(&metric::density(state, "stopped"), 1, Outcome::Unsupported(reason));
        }
    }

    /// What came of requests to many tenants.
    pub(super) fn hosted(&mut self, hosted: &Hosted) {
        let of = |what| metric::tenants(metrics::tenants(hosted.policy), what);
        self.histogram(&of("request"), &hosted.request);
        self.histogram(&of("load"), &hosted.load);
        let counts = [("hits", hosted.hits), ("loads", hosted.loads), ("instances", hosted.instances)];
        for (what, count) in counts {
            self.push(&of(what), hosted.served, Outcome::Measured { value: count as f64, cpu_ns: None });
        }
        self.value(&of("private"), hosted.private_dirty as f64);
        if hosted.policy != Policy::LruModules {
            let modules = hosted.private_loaded as f64 - hosted.private_before as f64;
            self.value(&of("modules"), modules);
        }
    }

    /// The most memory during a phase, and before the first one what the process had without an engine.
    pub(super) fn peak(&mut self, Peak { phase, before, peak }: Peak) {
        if phase == Phase::Engine {
            self.value(metric::PEAK_BEFORE, before as f64);
        }
        self.value(&metric::peak(phase.name()), peak as f64);
    }

    /// A reading of what instances left.
    pub(super) fn residue(&mut self, held: u32, cycles: u32, memory: &Memory) {
        if held == 0 {
            self.before = Some(memory.private_dirty as f64);
        } else if cycles == 0 {
            if let Some(before) = self.before {
                self.value(metric::RESIDUE_HELD, memory.private_dirty as f64 - before);
            }
        } else {
            self.point(metric::RESIDUE_PRIVATE, cycles, memory.private_dirty);
            self.point(metric::RESIDUE_MAPS, cycles, memory.maps);
            if let Some(descriptors) = memory.descriptors {
                self.point(metric::RESIDUE_DESCRIPTORS, cycles, descriptors);
            }
        }
    }

    /// What a number of threads served in one turn.
    pub(super) fn slice(&mut self, slice: &Slice) {
        let served = metrics::concurrency(slice.requests);
        let counts = [
            ("", slice.wall_ns),
            (metric::OF_SYSTEM, slice.system_ns),
            (metric::OF_SWITCHES, slice.switches),
            (metric::OF_FAULTS, slice.minor_faults),
        ];
        for (suffix, value) in counts {
            let outcome = Outcome::Measured { value: value as f64, cpu_ns: None };
            self.of_threads(&format!("{served}{suffix}"), slice.threads, slice.served, outcome);
        }
    }

    /// What came of requests that arrived at times of their own.
    pub(super) fn answered(&mut self, answered: &Answered) {
        let requests = metrics::load(answered.requests);
        let arrivals = match answered.arrivals {
            Arrivals::Waiting => "waiting".to_owned(),
            Arrivals::Poisson(percent) => percent.to_string(),
            Arrivals::Bursts(_) => "burst".to_owned(),
        };
        let of = |what| metric::load(requests, what, &arrivals);
        let spans = [
            ("arrived", answered.arrived, answered.planned_ns),
            ("served", answered.served, answered.took_ns),
        ];
        for (what, units, ns) in spans {
            let outcome = Outcome::Measured { value: ns as f64, cpu_ns: None };
            self.of_threads(&of(what), answered.threads, units, outcome);
        }
        let histograms =
            [("service", &answered.service), ("response", &answered.response), ("lag", &answered.lag)];
        for (what, v2_base64) in histograms {
            self.histogram(&of(what), v2_base64);
            self.last_at(answered.threads);
        }
    }

    fn of_threads(&mut self, metric: &str, threads: u32, units: u64, outcome: Outcome) {
        self.push(metric, units, outcome);
        self.last_at(threads);
    }
}
