//! The options of `wasmark cost`: every assumption, with its default.

use clap::Args;
use wasmark_runner::{
    options::{Json, bytes, not_negative, positive},
    remote::Place,
};

/// What serving costs.
#[derive(Clone, Debug, Args)]
pub struct Cost {
    /// The run's folder or URL [default: the newest run]
    #[arg(value_name = "RUN")]
    pub run: Option<Place>,
    /// Requests per second, of all tenants together
    #[arg(long, value_name = "NUMBER", default_value_t = 1000.0, value_parser = positive)]
    pub rate: f64,
    /// Modules of different tenants that are loaded
    #[arg(long, value_name = "NUMBER", default_value_t = 500.0, value_parser = not_negative)]
    pub tenants: f64,
    /// Instances kept for each tenant, in addition to those that serve requests
    #[arg(long, value_name = "NUMBER", default_value_t = 1.0, value_parser = not_negative)]
    pub warm: f64,
    /// Processors of a machine
    #[arg(long, value_name = "NUMBER", default_value_t = 16.0, value_parser = positive)]
    pub cpus: f64,
    /// Per cent of the processors' time that may be used
    #[arg(long, value_name = "PERCENT", default_value_t = 60.0, value_parser = positive)]
    pub utilisation: f64,
    /// Memory of a machine: a number with MiB, GiB or TiB
    #[arg(long, value_name = "SIZE", default_value = "64GiB", value_parser = bytes)]
    pub memory: f64,
    /// Price of a machine per hour, in any currency
    #[arg(long, value_name = "NUMBER", default_value_t = 0.5, value_parser = not_negative)]
    pub price: f64,
    /// The form of the output
    #[command(flatten)]
    pub json: Json,
}
