//! Documents in JSON that carry a schema: a run's description, a gate's document.

use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::{Error, Result};

/// The document in these bytes, which are the content of the file or object `name`.
///
/// # Errors
/// Where it is of a newer schema than `newest`, or none of this kind: then it is reported as `what`.
pub fn read<T: DeserializeOwned>(bytes: &[u8], name: &str, what: &'static str, newest: u32) -> Result<T> {
    let damaged = |source| Error::Document { name: name.to_owned(), what, source };
    let value: Value = serde_json::from_slice(bytes).map_err(|error| damaged(Some(error)))?;
    // Before the rest: a newer document may have other fields.
    let schema = value.get("schema").and_then(Value::as_u64).ok_or_else(|| damaged(None))?;
    if schema > u64::from(newest) {
        return Err(Error::Schema { name: name.to_owned(), schema, newest });
    }
    serde_json::from_value(value).map_err(|error| damaged(Some(error)))
}
