//! How many instances fit: in a GiB, and until the first limit of a process on the machine that measured.

use serde::Serialize;

use super::{Cell, Estimate, Fit, Line, Memory, Samples};
use crate::run::Environment;

const GIB: f64 = (1_u64 << 30) as f64;

/// How many instances of one configuration and workload fit.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Density {
    /// `runtime/configuration`.
    pub configuration: String,
    /// The workload.
    pub workload: String,
    /// The tier's kind.
    pub tier: String,
    /// Instances whose private memory, called once, fills a GiB.
    pub per_gib: Cell<Instances>,
    /// The limits of one process, the one that binds first first. A limit that no further instance comes closer to is
    /// not among them.
    pub bounds: Vec<Bound>,
}

/// A number of instances, from the slope of what each takes.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Instances {
    /// By the slope's median.
    pub value: f64,
    /// By the upper end of the slope's interval.
    pub low: f64,
    /// By the lower end; `None` where that is not above 0, and so bounds nothing.
    pub high: Option<f64>,
    /// The slope's.
    pub coverage: f64,
    /// The slope's.
    pub n: u32,
    /// The slope's.
    pub samples: Samples,
}

/// What ends the number of instances in one process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Limit {
    /// The machine's memory: private memory and page tables.
    Memory,
    /// The address space of a process.
    AddressSpace,
    /// `vm.max_map_count`.
    Mappings,
    /// RLIMIT_NOFILE.
    Descriptors,
}

impl Limit {
    /// Its name for people.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Limit::Memory => "memory",
            Limit::AddressSpace => "address space",
            Limit::Mappings => "mappings",
            Limit::Descriptors => "descriptors",
        }
    }
}

/// A limit and how many instances it permits.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Bound {
    /// The limit.
    pub limit: Limit,
    /// How much of it there is: bytes, mappings or descriptors.
    pub of: f64,
    /// The instances that it permits in one process.
    pub instances: Instances,
}

impl Density {
    /// The density of a configuration and workload on a machine.
    #[must_use]
    pub fn of(memory: &Memory, environment: &Environment) -> Density {
        let per_gib = memory.private.clone().and_then(|line| {
            let slope = line.fit.map(|fit| fit.per_instance);
            slope.map_or(Cell::NotMeasured, |slope| {
                room(GIB, 0.0, &[&slope]).map_or_else(
                    || Cell::Unsupported("further instances take no private memory that shows".into()),
                    Cell::Measured,
                )
            })
        });
        let count = |most: Option<u64>| most.map(|most| most as f64);
        let bytes = Some(environment.memory_bytes as f64);
        let limits = [
            (Limit::Memory, bytes, vec![&memory.private, &memory.page_tables]),
            (Limit::AddressSpace, address_space(&environment.architecture), vec![&memory.reserved]),
            (Limit::Mappings, count(environment.max_map_count), vec![&memory.maps]),
            (Limit::Descriptors, count(environment.max_descriptors), vec![&memory.descriptors]),
        ];
        let mut bounds: Vec<Bound> =
            limits.into_iter().filter_map(|(limit, of, lines)| bound(limit, of?, &lines)).collect();
        bounds.sort_by(|a, b| a.instances.value.total_cmp(&b.instances.value));
        Density {
            configuration: memory.configuration.clone(),
            workload: memory.workload.clone(),
            tier: memory.tier.clone(),
            per_gib,
            bounds,
        }
    }
}

/// The address space that Linux gives a process unless it asks for more, in bytes.
fn address_space(architecture: &str) -> Option<f64> {
    match architecture {
        "x86_64" => Some((1_u64 << 47) as f64),
        "aarch64" => Some((1_u64 << 48) as f64),
        _ => None,
    }
}

/// The instances that `of` permits, where all of `lines` were measured.
fn bound(limit: Limit, of: f64, lines: &[&Cell<Line>]) -> Option<Bound> {
    let fits: Option<Vec<&Fit>> = lines.iter().map(|line| line.measured()?.fit.as_ref()).collect();
    let fits = fits?;
    let fixed: f64 = fits.iter().map(|fit| fit.fixed.median).sum();
    let slopes: Vec<&Estimate> = fits.iter().map(|fit| &fit.per_instance).collect();
    Some(Bound { limit, of, instances: room(of, fixed, &slopes)? })
}

/// How often the sum of `slopes` fits into what `fixed` leaves of `of`; `None` where the sum is not above 0.
fn room(of: f64, fixed: f64, slopes: &[&Estimate]) -> Option<Instances> {
    let sum = |end: fn(&Estimate) -> f64| slopes.iter().map(|slope| end(slope)).sum::<f64>();
    let instances = |slope: f64| (slope > 0.0).then(|| ((of - fixed) / slope).floor().max(0.0));
    let fewest = slopes.iter().min_by_key(|slope| slope.n)?;
    Some(Instances {
        value: instances(sum(|slope| slope.median))?,
        low: instances(sum(|slope| slope.high))?,
        high: instances(sum(|slope| slope.low)),
        coverage: slopes.iter().map(|slope| slope.coverage).fold(1.0, f64::min),
        n: fewest.n,
        samples: fewest.samples,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        example::{measured, run},
        record::{Record, metric},
        store::LoadedRun,
        summary::summarise,
    };

    const WASMER: &str = "wasmer/cranelift";

    /// Wasmer's instances as the issue has them: 2.4 KiB of private memory, 8 GiB reserved; with so many mappings and
    /// descriptors each.
    fn density([maps, descriptors]: [f64; 2], private: [f64; 3]) -> Density {
        let mut records = Vec::new();
        for (process, private) in (0..).zip(private) {
            for instances in [1, 4, 16, 64] {
                let row = |metric: &str, slope: f64| Record {
                    instances: Some(instances),
                    ..measured(process, WASMER, "noop", metric, slope * f64::from(instances))
                };
                records.push(row(metric::MEMORY_PRIVATE, private));
                records.push(row(metric::MEMORY_PAGE_TABLES, 1024.0));
                records.push(row(metric::MEMORY_RESERVED, 8.0 * GIB));
                records.push(row(metric::MEMORY_MAPS, maps));
                records.push(row(metric::MEMORY_DESCRIPTORS, descriptors));
            }
        }
        let mut run = run();
        run.environment.max_map_count = Some(65_530);
        run.environment.max_descriptors = Some(1024);
        let summary = summarise(&LoadedRun { run, records, warnings: vec![] });
        let of_it = |one: &Density| one.configuration == WASMER && one.workload == "noop";
        summary.density.into_iter().find(of_it).expect("a row")
    }

    #[test]
    fn reservations_of_8_gib_end_at_16_384() {
        let density = density([1.0, 0.0], [2464.0; 3]);
        let per_gib = density.per_gib.measured().expect("measured");
        assert_eq!(per_gib.value, 435_771.0);
        let bounds: Vec<_> = density.bounds.iter().map(|one| (one.limit, one.instances.value)).collect();
        assert_eq!(bounds[0], (Limit::AddressSpace, 16_384.0));
        assert_eq!(bounds[1], (Limit::Mappings, 65_530.0));
        assert_eq!(bounds[2], (Limit::Memory, ((1_u64 << 34) as f64 / 3488.0).floor()));
    }

    #[test]
    fn mappings_bind_first_where_there_are_many() {
        let density = density([6.0, 0.0], [2464.0; 3]);
        assert_eq!((density.bounds[0].limit, density.bounds[0].instances.value), (Limit::Mappings, 10_921.0));
    }

    #[test]
    fn descriptors_bind_first_where_each_instance_has_one() {
        let density = density([1.0, 1.0], [2464.0; 3]);
        assert_eq!(
            (density.bounds[0].limit, density.bounds[0].instances.value),
            (Limit::Descriptors, 1024.0)
        );
    }

    #[test]
    fn the_slope_s_interval_is_the_number_s_turned_around() {
        let density = density([0.0; 2], [2048.0, 4096.0, 1024.0]);
        let per_gib = density.per_gib.measured().expect("measured");
        assert_eq!((per_gib.low, per_gib.value, per_gib.high), (262_144.0, 524_288.0, Some(1_048_576.0)));
        assert_eq!((per_gib.n, per_gib.coverage), (3, 0.75));
        assert!(density.bounds.iter().all(|one| one.limit != Limit::Mappings), "no instance takes a mapping");
    }

    #[test]
    fn a_slope_that_may_be_zero_has_no_upper_bound_and_one_that_is_no_number() {
        let open = density([0.0; 2], [-10.0, 1024.0, 2048.0]);
        assert_eq!(open.per_gib.measured().expect("measured").high, None);
        let none = density([0.0; 2], [0.0; 3]);
        assert!(matches!(none.per_gib, Cell::Unsupported(_)));
        let json = serde_json::to_string(&open).expect("JSON");
        assert!(json.contains("\"high\":null"), "{json}");
    }
}
