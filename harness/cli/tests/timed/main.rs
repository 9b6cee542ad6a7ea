//! Tests with a mock worker that compare what they measure with what was planted: nothing of this program runs beside them.

#[path = "../common/mod.rs"]
mod common;

mod boundary;
mod code_cache;
mod serving;
mod tenants;

use std::sync::{Mutex, MutexGuard, PoisonError};

use common::World;

/// The mock worker, and the others' turn once the guard is dropped.
fn alone() -> (MutexGuard<'static, ()>, World) {
    static TURN: Mutex<()> = Mutex::new(());
    (TURN.lock().unwrap_or_else(PoisonError::into_inner), World::with_mock())
}
