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

/// A number. Floats are kept as bits, so that equal means the same NaN too.
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
        }
    }

    /// Its bits, the upper half zero for a 32-bit type.
    #[must_use]
    pub fn bits(self) -> i64 {
        match self {
            Value::I32(value) => i64::from(value as u32),
            Value::I64(value) => value,
            Value::F32(bits) => i64::from(bits),
            Value::F64(bits) => bits as i64,
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

    /// The value that `text` writes in the type `of`: integers in decimal, signed or not, or hexadecimal after `0x`.
    #[must_use]
    pub fn parse(of: ValueType, text: &str) -> Option<Value> {
        let integer = || {
            let (negative, digits) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
            let magnitude = match digits.strip_prefix("0x") {
                Some(digits) => i128::from(u64::from_str_radix(digits, 16).ok()?),
                None => i128::from(digits.parse::<u64>().ok()?),
            };
            Some(if negative { -magnitude } else { magnitude })
        };
        match of {
            ValueType::I32 => {
                let value = integer()?;
                let narrow = i32::try_from(value).or_else(|_| u32::try_from(value).map(|value| value as i32));
                narrow.ok().map(Value::I32)
            }
            ValueType::I64 => {
                let value = integer()?;
                let narrow = i64::try_from(value).or_else(|_| u64::try_from(value).map(|value| value as i64));
                narrow.ok().map(Value::I64)
            }
            ValueType::F32 => text.parse().ok().map(|value: f32| Value::F32(value.to_bits())),
            ValueType::F64 => text.parse().ok().map(|value: f64| Value::F64(value.to_bits())),
            ValueType::V128 | ValueType::FuncRef | ValueType::ExternRef => None,
        }
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::I32(value) => write!(f, "{value}"),
            Value::I64(value) => write!(f, "{value}"),
            Value::F32(bits) => write!(f, "{}", f32::from_bits(*bits)),
            Value::F64(bits) => write!(f, "{}", f64::from_bits(*bits)),
        }
    }
}

/// A function that a module imports and nobody provides, to be answered with zeros.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stub {
    /// The import's first name.
    pub module: String,
    /// The import's second name.
    pub name: String,
    /// The function's parameters.
    pub params: Vec<ValueType>,
    /// The function's results: zeros, and null for references.
    pub results: Vec<ValueType>,
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
}
