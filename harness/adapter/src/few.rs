//! JSON encoding of lists that usually have one item: null for none, the item for one, an array for several. Version
//! 1.0 of the protocol allowed null or one item only.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Writes a list.
pub(crate) fn serialize<T: Serialize, S: Serializer>(list: &[T], serializer: S) -> Result<S::Ok, S::Error> {
    match list {
        [] => serializer.serialize_none(),
        [one] => one.serialize(serializer),
        several => several.serialize(serializer),
    }
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Few<T> {
    Several(Vec<T>),
    One(T),
}

/// Reads a list.
pub(crate) fn deserialize<'de, T, D>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    T: Deserialize<'de>,
    D: Deserializer<'de>,
{
    Ok(match Option::<Few<T>>::deserialize(deserializer)? {
        None => Vec::new(),
        Some(Few::One(one)) => vec![one],
        Some(Few::Several(several)) => several,
    })
}
