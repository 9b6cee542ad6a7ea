//! What a call executes, touches and asks of its host: three runs, since one would disturb the others.

use std::time::{Duration, Instant};

use wasmark_workloads::{
    Workload,
    profile::{Class, Host, Memory, Work},
};
use wasmtime::{Engine, Module, Result, error::Context};

use crate::{
    blocks::{self, Blocks, Counts},
    guest::{Guest, units},
    instrument::{COUNTER, COUNTERS, instrument},
    resident,
};

/// How often the time in the host is measured. The fastest run counts: what else the machine does lengthens a wait in
/// the host more than it lengthens computing.
const TIMES: usize = 9;

/// Counts the instructions of a call.
pub fn work(engine: &Engine, workload: &Workload, wasm: &[u8], blocks: &Blocks) -> Result<Work> {
    let module = Module::from_binary(engine, &instrument(wasm, blocks)?)?;
    let mut guest = Guest::new(workload, &module)?;
    let memory =
        guest.instance.get_memory(&mut guest.store, COUNTERS).context("failed to find the counters")?;
    // What a start function did is no part of a call.
    memory.data_mut(&mut guest.store).fill(0);
    guest.call()?;
    let counts = executed(memory.data(&guest.store), blocks);
    let per_unit = |count: u64| rounded(count as f64 / f64::from(units(workload)));
    Ok(Work {
        units: units(workload),
        instructions: per_unit(counts.iter().sum()),
        calls: per_unit(counts[Class::Calls as usize] + counts[Class::IndirectCalls as usize]),
        mix: blocks::mix(&counts),
    })
}

/// The instructions that were executed, from the bytes of the counters.
pub fn executed(counters: &[u8], blocks: &Blocks) -> Counts {
    let number = |bytes: &[u8]| bytes.iter().rev().fold(0, |sum, byte| sum << 8 | u64::from(*byte));
    blocks::total(counters.chunks_exact(COUNTER).map(number).zip(&blocks.counts))
}

/// Looks at the memory after a call.
pub fn memory(workload: &Workload, module: &Module) -> Result<Memory> {
    let mut guest = Guest::new(workload, module)?;
    guest.call()?;
    // The loader has made sure that a module with a memory exports it.
    let Some(memory) = guest.instance.get_memory(&mut guest.store, "memory") else {
        return Ok(Memory { touched_bytes: 0, bytes: 0 });
    };
    let data = memory.data(&guest.store);
    Ok(Memory { touched_bytes: resident::bytes(data)?, bytes: data.len() as u64 })
}

/// Times a command's calls of its host.
pub fn host(workload: &Workload, module: &Module) -> Result<Host> {
    let runs = (0..TIMES).map(|_| once_in_host(workload, module)).collect::<Result<Vec<_>>>()?;
    let fastest = runs.into_iter().min_by_key(|run| run.all).context("failed to run it")?;
    let share = fastest.in_host.as_secs_f64() / fastest.all.as_secs_f64();
    let calls = fastest.calls as f64 / f64::from(units(workload));
    Ok(Host { calls: rounded(calls), time: rounded(100.0 * share) })
}

/// A call and what of it was in the host.
struct Run {
    calls: u64,
    in_host: Duration,
    all: Duration,
}

fn once_in_host(workload: &Workload, module: &Module) -> Result<Run> {
    let mut guest = Guest::new(workload, module)?;
    guest.store.call_hook(|mut store, hook| {
        store.data_mut().crossed(hook);
        Ok(())
    });
    let start = Instant::now();
    guest.call()?;
    let all = start.elapsed();
    let world = guest.store.data();
    Ok(Run { calls: world.calls, in_host: world.in_host, all })
}

/// Two decimals, as people read them.
fn rounded(value: f64) -> f64 {
    (value * 100.0).round() / 100.0
}
