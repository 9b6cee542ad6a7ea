//! Values and types that cross the boundary between the host and a module.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The type of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ValueType {
    /// 32-bit integer.
    I32,
    /// 64-bit integer.
    I64,
    /// 32-bit float.
    F32,
    /// 64-bit float.
    F64,
    /// 128-bit vector.
    V128,
    /// A reference to a function, or null.
    FuncRef,
    /// A reference of the host's, or null.
    ExternRef,
}

impl ValueType {
    /// Every type, with its name in the text format.
    pub const ALL: [(ValueType, &'static str); 7] = [
        (ValueType::I32, "i32"),
        (ValueType::I64, "i64"),
        (ValueType::F32, "f32"),
        (ValueType::F64, "f64"),
        (ValueType::V128, "v128"),
        (ValueType::FuncRef, "funcref"),
        (ValueType::ExternRef, "externref"),
    ];

    /// The type of this name in the text format.
    #[must_use]
    pub fn named(name: &str) -> Option<ValueType> {
        ValueType::ALL.into_iter().find(|(_, known)| *known == name).map(|(of, _)| of)
    }
}

impl fmt::Display for ValueType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = ValueType::ALL.into_iter().find(|(of, _)| of == self).map_or("", |(_, name)| name);
        f.write_str(name)
    }
}

/// A number or a vector. Floats are kept as bits, so that equal means the same NaN too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Value {
    /// 32-bit integer.
    I32(i32),
    /// 64-bit integer.
    I64(i64),
    /// The bits of a 32-bit float.
    F32(u32),
    /// The bits of a 64-bit float.
    F64(u64),
    /// The bits of a vector, its lane 0 the lowest; in JSON as a text of 32 hexadecimal digits after `0x`.
    V128(#[serde(with = "vector")] u128),
}

impl Value {
    /// Its type.
    #[must_use]
    pub fn of(self) -> ValueType {
        match self {
            Value::I32(_) => ValueType::I32,
            Value::I64(_) => ValueType::I64,
            Value::F32(_) => ValueType::F32,
            Value::F64(_) => ValueType::F64,
            Value::V128(_) => ValueType::V128,
        }
    }

    /// Its bits, the upper half zero for a 32-bit type; of a vector the lower half.
    #[must_use]
    pub fn bits(self) -> i64 {
        match self {
            Value::I32(value) => i64::from(value as u32),
            Value::I64(value) => value,
            Value::F32(bits) => i64::from(bits),
            Value::F64(bits) => bits as i64,
            Value::V128(bits) => bits as i64,
        }
    }

    /// The value of a numeric type with these bits; `None` for another type.
    #[must_use]
    pub fn from_bits(of: ValueType, bits: i64) -> Option<Value> {
        match of {
            ValueType::I32 => Some(Value::I32(bits as i32)),
            ValueType::I64 => Some(Value::I64(bits)),
            ValueType::F32 => Some(Value::F32(bits as u32)),
            ValueType::F64 => Some(Value::F64(bits as u64)),
            ValueType::V128 | ValueType::FuncRef | ValueType::ExternRef => None,
        }
    }

    /// Zero of a type; `None` of a reference.
    #[must_use]
    pub fn zero(of: ValueType) -> Option<Value> {
        if of == ValueType::V128 { Some(Value::V128(0)) } else { Value::from_bits(of, 0) }
    }

    /// Whether it is a float that is not a number, whatever its payload.
    #[must_use]
    pub fn is_nan(self) -> bool {
        match self {
            Value::F32(bits) => f32::from_bits(bits).is_nan(),
            Value::F64(bits) => f64::from_bits(bits).is_nan(),
            Value::I32(_) | Value::I64(_) | Value::V128(_) => false,
        }
    }

    /// The value that `text` writes in the type `of`: integers in decimal, signed or not, or hexadecimal after `0x`;
    /// a float that is no number also by its bits, as `nan:0x7fc00001`; a vector as four lanes,
    /// `i32x4:1,2,3,0xffffffff`, or as its bits, `0x` and up to 32 digits.
    #[must_use]
    pub fn parse(of: ValueType, text: &str) -> Option<Value> {
        match of {
            ValueType::I32 => {
                let value = integer(text)?;
                let narrow = i32::try_from(value).or_else(|_| u32::try_from(value).map(|value| value as i32));
                narrow.ok().map(Value::I32)
            }
            ValueType::I64 => {
                let value = integer(text)?;
                let narrow = i64::try_from(value).or_else(|_| u64::try_from(value).map(|value| value as i64));
                narrow.ok().map(Value::I64)
            }
            ValueType::F32 | ValueType::F64 if text.starts_with(NAN_BITS) => {
                let digits = text.strip_prefix(NAN_BITS)?;
                let value = match of {
                    ValueType::F32 => Value::F32(u32::from_str_radix(digits, 16).ok()?),
                    _ => Value::F64(u64::from_str_radix(digits, 16).ok()?),
                };
                value.is_nan().then_some(value)
            }
            ValueType::F32 => text.parse().ok().map(|value: f32| Value::F32(value.to_bits())),
            ValueType::F64 => text.parse().ok().map(|value: f64| Value::F64(value.to_bits())),
            ValueType::V128 => match text.strip_prefix(LANES) {
                Some(lanes) => lanes_of(lanes).map(Value::V128),
                None => u128::from_str_radix(text.strip_prefix("0x")?, 16).ok().map(Value::V128),
            },
            ValueType::FuncRef | ValueType::ExternRef => None,
        }
    }
}

/// What the bits of a float that is no number are written after.
const NAN_BITS: &str = "nan:0x";
/// What the lanes of a vector are written after.
const LANES: &str = "i32x4:";

fn integer(text: &str) -> Option<i128> {
    let (negative, digits) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
    let magnitude = match digits.strip_prefix("0x") {
        Some(digits) => i128::from(u64::from_str_radix(digits, 16).ok()?),
        None => i128::from(digits.parse::<u64>().ok()?),
    };
    Some(if negative { -magnitude } else { magnitude })
}

/// The bits of four lanes, the first the lowest.
fn lanes_of(text: &str) -> Option<u128> {
    let lanes: Option<Vec<Value>> = text.split(',').map(|lane| Value::parse(ValueType::I32, lane)).collect();
    let lanes = lanes.filter(|lanes| lanes.len() == 4)?;
    Some(lanes.iter().rev().fold(0, |bits, lane| bits << 32 | lane.bits() as u128))
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::I32(value) => write!(f, "{value}"),
            Value::I64(value) => write!(f, "{value}"),
            Value::F32(bits) if self.is_nan() => write!(f, "{NAN_BITS}{bits:08x}"),
            Value::F64(bits) if self.is_nan() => write!(f, "{NAN_BITS}{bits:016x}"),
            Value::F32(bits) => write!(f, "{}", f32::from_bits(*bits)),
            Value::F64(bits) => write!(f, "{}", f64::from_bits(*bits)),
            Value::V128(bits) => {
                let [one, two, three, four] = [0, 32, 64, 96].map(|at| (bits >> at) as u32);
                write!(f, "{LANES}{one:#010x},{two:#010x},{three:#010x},{four:#010x}")
            }
        }
    }
}

/// The bits of a vector as a text: JSON's numbers do not hold them.
mod vector {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub fn serialize<S: Serializer>(bits: &u128, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!("{bits:#034x}"))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u128, D::Error> {
        let text = String::deserialize(deserializer)?;
        let digits = text.strip_prefix("0x");
        let bits = digits.and_then(|digits| u128::from_str_radix(digits, 16).ok());
        bits.ok_or_else(|| D::Error::custom(format_args!("{text:?} is no vector: write 0x and 32 digits")))
    }
}

/// What is right of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Right {
    /// This one, to the bit.
    Exactly(Value),
    /// Any float of this type that is no number: WebAssembly leaves its sign and its payload to the engine.
    Nan {
        /// `f32` or `f64`.
        nan: ValueType,
    },
}

impl Right {
    /// Whether the value is right.
    #[must_use]
    pub fn admits(self, actual: Value) -> bool {
        match self {
            Right::Exactly(right) => right == actual,
            Right::Nan { nan } => actual.of() == nan && actual.is_nan(),
        }
    }

    /// What `text` writes in the type `of`: as [`Value::parse`], and `NaN` for any.
    #[must_use]
    pub fn parse(of: ValueType, text: &str) -> Option<Right> {
        match Value::parse(of, text)? {
            value if value.is_nan() && !text.starts_with(NAN_BITS) => Some(Right::Nan { nan: of }),
            value => Some(Right::Exactly(value)),
        }
    }
}

/// The condition that a value which was right once sets for the later ones: of a NaN only that it is one.
impl From<Value> for Right {
    fn from(value: Value) -> Right {
        if value.is_nan() { Right::Nan { nan: value.of() } } else { Right::Exactly(value) }
    }
}

impl fmt::Display for Right {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Right::Exactly(value) => value.fmt(f),
            Right::Nan { .. } => f.write_str("NaN"),
        }
    }
}

/// Several values as text: nothing for none, else one after the other.
#[must_use]
pub fn list(values: &[impl fmt::Display]) -> String {
    if values.is_empty() {
        return "nothing".to_owned();
    }
    values.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_in_every_type() {
        assert_eq!(Value::parse(ValueType::I32, "-1"), Some(Value::I32(-1)));
        assert_eq!(Value::parse(ValueType::I32, "4294967295"), Some(Value::I32(-1)));
        assert_eq!(Value::parse(ValueType::I32, "4294967296"), None);
        assert_eq!(Value::parse(ValueType::I64, "0xffffffffffffffff"), Some(Value::I64(-1)));
        assert_eq!(Value::parse(ValueType::F64, "1.5"), Some(Value::F64(1.5f64.to_bits())));
        assert_eq!(Value::parse(ValueType::F32, "x"), None);
        assert_eq!(Value::parse(ValueType::ExternRef, "0"), None);
    }

    #[test]
    fn bits_come_back_as_the_value() {
        let nan = Value::F32(f32::NAN.to_bits() | 1);
        for value in [Value::I32(-7), Value::I64(i64::MIN), nan, Value::F64(1f64.to_bits())] {
            assert_eq!(Value::from_bits(value.of(), value.bits()), Some(value));
        }
        assert_eq!(Value::I32(-1).bits(), 0xffff_ffff);
    }

    #[test]
    fn a_nan_is_shown_by_its_bits_and_matched_by_them_or_by_its_name() {
        let (canonical, other) = (Value::F64(0x7ff8_0000_0000_0000), Value::F64(0xffff_60ff_ffff_ffff));
        assert_eq!(other.to_string(), "nan:0xffff60ffffffffff");
        assert_eq!(Value::F32(0x7fc0_0001).to_string(), "nan:0x7fc00001");
        let parse = |text: &str| Right::parse(ValueType::F64, text).expect("a value");
        for value in [canonical, other] {
            assert!(parse("NaN").admits(value) && parse("nan").admits(value), "{value}");
            assert!(parse(&value.to_string()).admits(value));
            assert!(Right::from(canonical).admits(value), "an engine may choose another payload");
        }
        assert!(!parse("nan:0x7ff8000000000000").admits(other));
        assert!(!parse("NaN").admits(Value::F64(1f64.to_bits())));
        assert!(!parse("NaN").admits(Value::F32(f32::NAN.to_bits())));
        assert_eq!(Right::parse(ValueType::F64, "nan:0x1"), None, "the bits of a number");
        assert_eq!(parse("NaN").to_string(), "NaN");
    }

    #[test]
    fn vectors_are_read_as_they_are_shown() {
        let vector = Value::V128(0xffff_60ff_0000_0003_0000_0002_0000_0001);
        assert_eq!(vector.to_string(), "i32x4:0x00000001,0x00000002,0x00000003,0xffff60ff");
        for text in [&vector.to_string(), "i32x4:1,2,3,-40705", "0xffff60ff000000030000000200000001"] {
            assert_eq!(Value::parse(ValueType::V128, text), Some(vector), "{text}");
        }
        for text in ["1", "i32x4:1,2,3", "i32x4:1,2,3,4,5", "i32x4:1,2,3,x", "0x"] {
            assert_eq!(Value::parse(ValueType::V128, text), None, "{text}");
        }
        let json = serde_json::to_string(&vector).expect("JSON");
        assert_eq!(json, r#"{"v128":"0xffff60ff000000030000000200000001"}"#);
        assert_eq!(serde_json::from_str::<Value>(&json).expect("a value"), vector);
    }
}
