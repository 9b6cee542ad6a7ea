//! The part of JSON Schema that describes the body of a request. A schema is JSON itself; keywords that are not known
//! here are refused, since a rule that is not applied is worse than none.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub struct Schema {
    r#type: Option<Type>,
    r#enum: Option<Vec<Value>>,
    minimum: Option<f64>,
    maximum: Option<f64>,
    multiple_of: Option<u64>,
    min_length: Option<usize>,
    max_length: Option<usize>,
    format: Option<Format>,
    min_items: Option<usize>,
    max_items: Option<usize>,
    unique_items: bool,
    items: Option<Box<Schema>>,
    required: Vec<String>,
    properties: BTreeMap<String, Schema>,
    /// Whether members that no property names are right; JSON Schema's default is yes, and here it must be said.
    additional_properties: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Type {
    Object,
    Array,
    String,
    Integer,
    Number,
    Boolean,
    Null,
}

impl Type {
    fn is_of(self, value: &Value) -> bool {
        match self {
            Type::Object => value.is_object(),
            Type::Array => value.is_array(),
            Type::String => value.is_string(),
            Type::Integer => value.is_i64() || value.is_u64(),
            Type::Number => value.is_number(),
            Type::Boolean => value.is_boolean(),
            Type::Null => value.is_null(),
        }
    }
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Format {
    Date,
    Email,
    Uuid,
}

impl Format {
    fn is_of(self, text: &str) -> bool {
        match self {
            Format::Date => is_date(text),
            Format::Email => is_email(text),
            Format::Uuid => is_uuid(text),
        }
    }
}

fn is_date(text: &str) -> bool {
    let mut parts = text.split('-').map(|part| {
        let is_number = part.bytes().all(|byte| byte.is_ascii_digit());
        if is_number { part.parse().ok().map(|number: u32| (part.len(), number)) } else { None }
    });
    let (Some(Some((4, year))), Some(Some((2, month))), Some(Some((2, day))), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return false;
    };
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        2 => 28 + u32::from(is_leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return false,
    };
    (1..=days).contains(&day)
}

fn is_email(text: &str) -> bool {
    let is_local = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&byte);
    let is_label = |label: &str| {
        label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
            && (1..=63).contains(&label.len())
    };
    text.split_once('@').is_some_and(|(local, host)| {
        local.split('.').all(|atom| !atom.is_empty() && atom.bytes().all(is_local))
            && host.split('.').all(is_label)
    })
}

fn is_uuid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

/// One rule that a document breaks.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// Where, as a JSON pointer.
    at: String,
    rule: &'static str,
}

/// The document's problems, in its own order.
pub fn problems(schema: &Schema, document: &Value) -> Vec<Problem> {
    let mut check = Check { at: String::new(), problems: Vec::new() };
    check.value(schema, document);
    check.problems
}

struct Check {
    at: String,
    problems: Vec<Problem>,
}

impl Check {
    fn require(&mut self, rule: &'static str, is_kept: bool) {
        if !is_kept {
            self.problems.push(Problem { at: self.at.clone(), rule });
        }
    }

    /// Goes one step down.
    fn inside(&mut self, step: &str, schema: &Schema, value: &Value) {
        let length = self.at.len();
        self.at.push('/');
        self.at.push_str(&step.replace('~', "~0").replace('/', "~1"));
        self.value(schema, value);
        self.at.truncate(length);
    }

    fn value(&mut self, schema: &Schema, value: &Value) {
        self.require("type", schema.r#type.is_none_or(|expected| expected.is_of(value)));
        self.require("enum", schema.r#enum.as_ref().is_none_or(|of| of.contains(value)));
        match value {
            Value::Number(number) => {
                let number = number.as_f64().unwrap_or_default();
                self.require("minimum", schema.minimum.is_none_or(|minimum| number >= minimum));
                self.require("maximum", schema.maximum.is_none_or(|maximum| number <= maximum));
                let of = value.as_u64().unwrap_or_default();
                self.require("multipleOf", schema.multiple_of.is_none_or(|factor| of.is_multiple_of(factor)));
            }
            Value::String(text) => {
                let length = text.chars().count();
                self.require("minLength", schema.min_length.is_none_or(|least| length >= least));
                self.require("maxLength", schema.max_length.is_none_or(|most| length <= most));
                self.require("format", schema.format.is_none_or(|format| format.is_of(text)));
            }
            Value::Array(items) => self.items(schema, items),
            Value::Object(members) => self.members(schema, members),
            Value::Null | Value::Bool(_) => {}
        }
    }

    fn items(&mut self, schema: &Schema, items: &[Value]) {
        self.require("minItems", schema.min_items.is_none_or(|least| items.len() >= least));
        self.require("maxItems", schema.max_items.is_none_or(|most| items.len() <= most));
        let is_new = |(at, item)| !items[..at].contains(item);
        self.require("uniqueItems", !schema.unique_items || items.iter().enumerate().all(is_new));
        if let Some(of) = &schema.items {
            for (at, item) in items.iter().enumerate() {
                self.inside(&at.to_string(), of, item);
            }
        }
    }

    fn members(&mut self, schema: &Schema, members: &serde_json::Map<String, Value>) {
        self.require("required", schema.required.iter().all(|name| members.contains_key(name)));
        for (name, value) in members {
            match schema.properties.get(name) {
                Some(of) => self.inside(name, of, value),
                None => self.require("additionalProperties", schema.additional_properties),
            }
        }
    }
}
