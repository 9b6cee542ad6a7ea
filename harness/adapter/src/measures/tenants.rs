//! Modules of many tenants in one process: the cost of loading each module, and of a request when not all modules stay
//! loaded or when some instances stay warm.

use std::{path::PathBuf, time::Instant};

use hdrhistogram::Histogram;

use super::{
    repeat, reused_instance,
    subject::{Caller, Subject, wide},
};
use crate::{
    Entry, Failure, Host, Result, Runtime, Value, clock,
    events::{During, Events, Stop},
    probes,
    protocol::{Code, Event, Hosted, MemoryState, Policy, Tenants},
};

/// What of the worker's memory is used at most, before the controller ends it.
const OF_WORKER: f64 = 0.95;

fn metric(policy: Policy) -> &'static str {
    match policy {
        Policy::All => "tenants_all",
        Policy::LruModules => "tenants_lru_modules",
        Policy::Warm => "tenants_warm",
    }
}

/// Loads what the policy keeps from the beginning, then serves the requests, which were drawn before.
pub(super) fn measure<R: Runtime>(
    subject: &Subject<'_, R>,
    code: &Code,
    step: &Tenants,
    events: &mut Events,
) -> std::result::Result<(), Stop> {
    let (policy, metric) = (step.policy, metric(step.policy));
    let refused = match (code, policy) {
        (Code::Linked(_), _) => Some("code that was linked beforehand is not loaded"),
        (_, Policy::Warm) => reused_instance::refusal(subject),
        _ => None,
    };
    if let Some(reason) = refused {
        events.emit(&Event::Unsupported { metric: metric.into(), reason: reason.into() });
        return Ok(());
    }
    let requests = step.drawn();
    let Caller { mut host, mut check } = subject.caller(subject.cold, metric)?;
    let files = files(code, step);
    let mut maker = Maker { subject, code, files, load: repeat::empty(metric)?, instances: 0 };
    let (mut request, mut hits) = (repeat::empty(metric)?, 0);

    let private_before = private(metric)?;
    let mut kept = Kept::beforehand(&mut maker, step).during(metric)?;
    let (private_loaded, loaded) = (private(metric)?, maker.load.len());
    let start = Instant::now();
    for (number, tenant) in (1..).zip(requests) {
        if number > 1 && start.elapsed().as_nanos() >= step.budget_ns.into() {
            break;
        }
        if *subject.entry == Entry::Command {
            host.reset().during(metric)?;
        }
        let begin = clock::wall_ns();
        let answer = kept.answer(tenant as usize, &mut maker, &host);
        request.saturating_record(clock::wall_ns() - begin);
        let at = |stop: Stop| stop.at(&format!("request {number}, of tenant {tenant}"));
        let Answer { hit, returned, wide } = answer.during(metric).map_err(at)?;
        check.check(returned, wide, &mut host, metric).map_err(at)?;
        hits += u64::from(hit);
    }
    events.emit(&Event::Hosted(Hosted {
        policy,
        tenants: step.tenants,
        served: request.len(),
        hits,
        loads: maker.load.len() - loaded,
        instances: maker.instances,
        load: repeat::encoded(metric, &maker.load)?,
        request: repeat::encoded(metric, &request)?,
        private_before,
        private_loaded,
        private_dirty: private(metric)?,
    }));
    // Not dropped: the process ends.
    std::mem::forget(kept);
    Ok(())
}

/// The file of each tenant.
fn files(code: &Code, step: &Tenants) -> Vec<PathBuf> {
    let ending = match code {
        Code::Wasm(path) | Code::Artifact(path) => path.extension(),
        Code::Linked(_) => None,
    };
    let file = |tenant: u32| step.folder.join(tenant.to_string()).with_extension(ending.unwrap_or_default());
    (0..step.tenants).map(file).collect()
}

fn private(metric: &str) -> std::result::Result<u64, Stop> {
    Ok(probes::memory(0, MemoryState::Called).during(metric)?.private_dirty)
}

/// Loads modules and makes instances, and counts both.
struct Maker<'a, R: Runtime> {
    subject: &'a Subject<'a, R>,
    /// What the process itself ran from: an artifact or a module, as the tenants' files are.
    code: &'a Code,
    /// By tenant.
    files: Vec<PathBuf>,
    /// What loading each module took, in nanoseconds.
    load: Histogram<u64>,
    instances: u64,
}

impl<R: Runtime> Maker<'_, R> {
    /// The module of a tenant, ready to be instantiated. Reading its file is part of loading it.
    fn load(&mut self, tenant: usize) -> Result<R::Prepared> {
        let (runtime, file) = (&self.subject.runtime, &self.files[tenant]);
        let start = clock::wall_ns();
        let module = match self.code {
            Code::Artifact(_) => runtime.load(file)?,
            Code::Wasm(_) | Code::Linked(_) => runtime.compile(&mut std::fs::read(file)?)?,
        };
        let prepared = runtime.prepare(module, self.subject.entry)?;
        self.load.saturating_record(clock::wall_ns() - start);
        Ok(prepared)
    }

    fn instance(&mut self, module: &R::Prepared, host: &Host) -> Result<R::Instance> {
        self.instances += 1;
        self.subject.runtime.instantiate(module, host)
    }

    fn call(&self, instance: &mut R::Instance, hit: bool) -> Answer {
        let returned = R::call(instance, self.subject.cold.argument);
        Answer { hit, returned, wide: wide::<R>(self.subject.entry, instance) }
    }

    /// A request with an instance of its own, which is gone afterwards.
    fn fresh(&mut self, module: &R::Prepared, hit: bool, host: &Host) -> Result<Answer> {
        let mut instance = self.instance(module, host)?;
        Ok(self.call(&mut instance, hit))
    }
}

/// What came of a request.
struct Answer {
    /// Whether what the policy keeps was there.
    hit: bool,
    returned: Result<i64>,
    wide: Vec<Value>,
}

/// What is kept between requests. Instances go before the modules that they were made from.
enum Kept<R: Runtime> {
    All(Vec<R::Prepared>),
    Modules(Recent<R::Prepared>),
    Instances(Recent<R::Instance>, Vec<R::Prepared>),
}

impl<R: Runtime> Kept<R> {
    /// What there is before the first request.
    fn beforehand(maker: &mut Maker<'_, R>, step: &Tenants) -> Result<Kept<R>> {
        let (kept, tenants) = (step.kept() as usize, step.tenants as usize);
        match step.policy {
            Policy::All => Ok(Kept::All(all(maker, step)?)),
            Policy::LruModules => Ok(Kept::Modules(Recent::new(kept, tenants))),
            Policy::Warm => Ok(Kept::Instances(Recent::new(kept, tenants), all(maker, step)?)),
        }
    }

    /// Serves a request: what is timed.
    fn answer(&mut self, tenant: usize, maker: &mut Maker<'_, R>, host: &Host) -> Result<Answer> {
        match self {
            Kept::All(modules) => maker.fresh(&modules[tenant], true, host),
            Kept::Modules(recent) => {
                let (hit, module) = recent.get(tenant, || maker.load(tenant))?;
                maker.fresh(module, hit, host)
            }
            Kept::Instances(recent, modules) => {
                let (hit, instance) = recent.get(tenant, || maker.instance(&modules[tenant], host))?;
                Ok(maker.call(instance, hit))
            }
        }
    }
}

/// The modules of all tenants.
fn all<R: Runtime>(maker: &mut Maker<'_, R>, step: &Tenants) -> Result<Vec<R::Prepared>> {
    let (start, room) = (Instant::now(), step.worker_bytes as f64 * OF_WORKER);
    let mut modules = Vec::with_capacity(step.tenants as usize);
    for tenant in 0..step.tenants {
        let late = tenant > 0 && start.elapsed().as_nanos() >= step.budget_ns.into();
        let module = if late {
            Err(Failure::unsupported("the time for them is over"))
        } else if probes::resident() as f64 >= room {
            Err(Failure::unsupported("the memory that a worker may have is used up"))
        } else {
            maker.load(tenant as usize)
        };
        let counted = |Failure { kind, message }| {
            let message = format!("{tenant} of {} modules were loaded, then: {message}", step.tenants);
            Failure { kind, message }
        };
        modules.push(module.map_err(counted)?);
    }
    Ok(modules)
}

/// What belongs to the tenants that were served last.
struct Recent<T> {
    most: usize,
    held: Vec<Held<T>>,
    /// By tenant: where in `held` it is.
    places: Vec<Option<usize>>,
    /// How often something was asked for.
    uses: u64,
}

struct Held<T> {
    tenant: usize,
    /// The number of its last use.
    used: u64,
    it: T,
}

impl<T> Recent<T> {
    /// Nothing yet; later of so many of these tenants.
    fn new(most: usize, tenants: usize) -> Recent<T> {
        Recent { most, held: Vec::with_capacity(most), places: vec![None; tenants], uses: 0 }
    }

    /// What belongs to a tenant, and whether it was there. Where it was not, the one goes that was used longest ago, if there
    /// are as many as there may be, and `make` makes it.
    ///
    /// # Errors
    /// Where `make` fails.
    fn get(&mut self, tenant: usize, make: impl FnOnce() -> Result<T>) -> Result<(bool, &mut T)> {
        self.uses += 1;
        let known = self.places[tenant];
        if known.is_none() {
            self.make_room();
            self.held.push(Held { tenant, used: 0, it: make()? });
            self.places[tenant] = Some(self.held.len() - 1);
        }
        let place = known.unwrap_or(self.held.len() - 1);
        let held = &mut self.held[place];
        held.used = self.uses;
        Ok((known.is_some(), &mut held.it))
    }

    fn make_room(&mut self) {
        let oldest = self.held.iter().enumerate().min_by_key(|(_, held)| held.used);
        let Some((place, _)) = oldest.filter(|_| self.held.len() >= self.most) else { return };
        let gone = self.held.swap_remove(place);
        self.places[gone.tenant] = None;
        if let Some(moved) = self.held.get(place) {
            self.places[moved.tenant] = Some(place);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{cell::Cell, rc::Rc};

    use super::*;

    /// Counts those that live.
    struct Alive(Rc<Cell<usize>>);

    impl Alive {
        fn new(count: &Rc<Cell<usize>>) -> Alive {
            count.set(count.get() + 1);
            Alive(count.clone())
        }
    }

    impl Drop for Alive {
        fn drop(&mut self) {
            self.0.set(self.0.get() - 1);
        }
    }

    fn step(tenants: u32) -> Tenants {
        Tenants {
            policy: Policy::LruModules,
            tenants,
            folder: PathBuf::new(),
            requests: 5000,
            seed: 3,
            budget_ns: 0,
            worker_bytes: 0,
        }
    }

    #[test]
    fn those_that_were_used_last_are_kept_and_never_more() {
        for tenants in [1, 10, 100, 1000] {
            let (step, alive) = (step(tenants), Rc::new(Cell::new(0)));
            let most = step.kept() as usize;
            let mut recent = Recent::new(most, tenants as usize);
            // The last that was used is the last in the list.
            let mut order: Vec<u32> = Vec::new();
            for tenant in step.drawn() {
                let before = order.len();
                order.retain(|one| *one != tenant);
                let expected = order.len() < before;
                order.push(tenant);
                if order.len() > most {
                    order.remove(0);
                }
                let made = || {
                    let one = Alive::new(&alive);
                    assert!(alive.get() <= most, "room is made before something is made");
                    Ok((tenant, one))
                };
                let (hit, (of, _)) = recent.get(tenant as usize, made).expect("it is made");
                assert_eq!((hit, *of), (expected, tenant), "{tenants} tenants");
                assert_eq!(alive.get(), order.len());
            }
        }
    }

    #[test]
    fn what_cannot_be_made_leaves_the_others() {
        let mut recent = Recent::new(2, 3);
        recent.get(0, || Ok(7)).expect("a first");
        recent.get(1, || Err(Failure::engine("no"))).expect_err("none");
        assert!(matches!(recent.get(0, || Ok(8)), Ok((true, 7))));
        assert!(matches!(recent.get(1, || Ok(9)), Ok((false, 9))));
    }

    #[test]
    fn a_tenant_s_file_has_its_number_and_the_ending_of_the_code_s() {
        let mut step = step(2);
        step.folder = "/t".into();
        let files = |code| files(&code, &step);
        assert_eq!(files(Code::Artifact("/x/a--b.so".into())), [PathBuf::from("/t/0.so"), "/t/1.so".into()]);
        assert_eq!(files(Code::Wasm("/x/a".into())), [PathBuf::from("/t/0"), "/t/1".into()]);
    }
}
