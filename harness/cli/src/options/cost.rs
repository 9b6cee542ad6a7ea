//! The options of `wasmark cost`: every assumption, with its default.

use clap::Args;

use super::Json;
use crate::remote::Place;

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
    /// Instances of each tenant that are kept, beside those that serve
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
    /// What a machine costs in an hour, in any currency
    #[arg(long, value_name = "NUMBER", default_value_t = 0.5, value_parser = not_negative)]
    pub price: f64,
    /// The form of the output
    #[command(flatten)]
    pub json: Json,
}

fn positive(text: &str) -> Result<f64, String> {
    not_negative(text).and_then(|number| match number {
        0.0 => Err("it must be above 0".to_string()),
        number => Ok(number),
    })
}

fn not_negative(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(number) if number.is_finite() && number >= 0.0 => Ok(number),
        _ => Err("write a number that is not negative".to_string()),
    }
}

/// Bytes, of a number with a unit.
pub(super) fn bytes(text: &str) -> Result<f64, String> {
    const UNITS: [(&str, f64); 3] = [("MiB", 1048576.0), ("GiB", 1073741824.0), ("TiB", 1099511627776.0)];
    let unit = UNITS.iter().find_map(|(unit, factor)| Some((text.strip_suffix(unit)?, factor)));
    let (number, factor) = unit.ok_or("write a number with MiB, GiB or TiB, such as 64GiB")?;
    positive(number.trim()).map(|number| number * factor)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_have_a_unit_and_are_above_nothing() {
        assert_eq!(bytes("64GiB"), Ok(64.0 * 1073741824.0));
        assert_eq!(bytes("1.5 MiB"), Ok(1.5 * 1048576.0));
        for wrong in ["64", "64GB", "0GiB", "-1GiB", "nanGiB", "GiB", ""] {
            assert!(bytes(wrong).is_err(), "{wrong}");
        }
    }
}
