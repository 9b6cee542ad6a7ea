//! What all instances share.

use std::ptr;

use wasmark_adapter::{Result, Stub};
use wasmedge_sys::ffi;

use crate::{
    c::{
        context::{Configure, Executor, Statistics},
        log,
    },
    configuration::{self, ConfigurationSpec},
};

/// WasmEdge with its settings.
pub struct Engine {
    pub configuration: &'static ConfigurationSpec,
    pub settings: Configure,
    pub stubs: Vec<Stub>,
    pub executor: Executor,
    // Outlives the executor, which writes to it.
    statistics: Option<Statistics>,
}

impl Engine {
    /// Afterwards an executor exists.
    pub fn new(configuration: &'static ConfigurationSpec, stubs: &[Stub]) -> Result<Engine> {
        log::silence();
        let settings = configuration::settings(configuration)?;
        // SAFETY: new contexts; the settings live during the call, the statistics as long as the executor.
        unsafe {
            // Without statistics to write to an executor measures nothing, whatever its settings say.
            let measures = ffi::WasmEdge_ConfigureStatisticsIsCostMeasuring(settings.get());
            let statistics =
                measures.then(|| Statistics::own(ffi::WasmEdge_StatisticsCreate())).transpose()?;
            let to = statistics.as_ref().map_or(ptr::null_mut(), Statistics::get);
            let executor = Executor::own(ffi::WasmEdge_ExecutorCreate(settings.get(), to))?;
            Ok(Engine { configuration, settings, stubs: stubs.to_vec(), executor, statistics })
        }
    }

    /// What all calls have cost so far; `None` where that is not measured.
    pub fn cost(&self) -> Option<u64> {
        // SAFETY: the statistics live.
        self.statistics.as_ref().map(|it| unsafe { ffi::WasmEdge_StatisticsGetTotalCost(it.get()) })
    }
}
