//! JSON as a service sees it: a document of about 20 KB is parsed into types, changed, written, and the text that
//! came out is parsed again without types. A unit is one such round.

use serde::{Deserialize, Serialize};
use serde_json::Value;

const ORDERS: u32 = 64;

#[derive(Serialize, Deserialize)]
struct Order {
    id: u32,
    customer: String,
    paid: bool,
    total: f64,
    note: Option<String>,
    lines: Vec<Line>,
}

#[derive(Serialize, Deserialize)]
struct Line {
    product: String,
    quantity: u32,
    price: f64,
}

/// One step of Knuth's MMIX generator.
fn next_random(state: &mut u64) -> u32 {
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    (*state >> 32) as u32
}

fn document() -> String {
    let mut state = 64;
    let orders: Vec<Order> = (0..ORDERS)
        .map(|id| {
            let lines: Vec<Line> = (0..4)
                .map(|_| Line {
                    product: format!("product \"{}\" \u{2013} grün", next_random(&mut state) % 1000),
                    quantity: 100 + next_random(&mut state) % 900,
                    price: f64::from(next_random(&mut state) % 100_000) / 64.0,
                })
                .collect();
            Order {
                id,
                customer: format!("customer {:08x}", next_random(&mut state)),
                paid: next_random(&mut state) & 256 == 0,
                total: lines.iter().map(|line| line.price).sum(),
                note: (id % 3 == 0).then(|| "left\tat the door\n".to_string()),
                lines,
            }
        })
        .collect();
    serde_json::to_string(&orders).unwrap_or_default()
}

/// Something of every value, so that a wrong one shows.
fn digest(value: &Value) -> u64 {
    match value {
        Value::Null => 1,
        Value::Bool(b) => 2 + u64::from(*b),
        Value::Number(number) => number.as_f64().map_or(5, f64::to_bits),
        Value::String(text) => text.bytes().fold(7, |h: u64, b| h.wrapping_mul(31) ^ u64::from(b)),
        Value::Array(items) => items.iter().fold(11, |h: u64, item| h.rotate_left(7) ^ digest(item)),
        Value::Object(fields) => fields
            .iter()
            .fold(13, |h: u64, (name, item)| h.rotate_left(7) ^ digest(item).wrapping_add(name.len() as u64)),
    }
}

/// One unit: the text that comes out and the digest of what it says; `None` if serde_json failed, which the checksum
/// then shows.
fn round(text: &str, state: &mut u64) -> Option<(String, u64)> {
    let mut orders: Vec<Order> = serde_json::from_str(text).ok()?;
    for order in &mut orders {
        for line in &mut order.lines {
            // As many digits as before: every unit's text is about as long.
            line.quantity = 100 + next_random(state) % 900;
        }
        order.paid = !order.paid;
    }
    let text = serde_json::to_string(&orders).ok()?;
    let value: Value = serde_json::from_str(&text).ok()?;
    let digest = digest(&value);
    Some((text, digest))
}

/// Does `n` units of work and returns their checksum; -1 if a document was refused.
#[unsafe(no_mangle)]
pub extern "C" fn run(n: i32) -> i64 {
    let mut text = document();
    let mut state = 4096;
    let mut checksum = 0u64;
    for _ in 0..n {
        let Some((next, digest)) = round(&text, &mut state) else { return -1 };
        text = next;
        checksum = checksum.rotate_left(9) ^ digest;
    }
    checksum as i64
}
