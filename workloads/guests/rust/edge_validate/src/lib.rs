//! An order as a service at the edge receives it, checked against a schema before the origin is bothered. A unit is one
//! request: a body of about 900 bytes parsed and checked, and the answer written; half of them break a rule or two.

mod schema;

use edge::{Random, fold_bytes};
use schema::{Problem, Schema, problems};
use serde::Serialize;
use serde_json::{Value, json};

#[derive(Serialize)]
struct Answer {
    status: u16,
    problems: Vec<Problem>,
}

/// An order without a fault.
fn order(random: &mut Random) -> Value {
    let items: Vec<Value> = (0..4 + random.below(12))
        .map(|_| {
            json!({
                "sku": format!("{:08x}", random.number()),
                "count": 1 + random.below(99),
                "price": f64::from(1 + random.below(100_000)) / 64.0 + 0.25,
                "pack": random.below(9) * 6,
            })
        })
        .collect();
    let id = [random.number(), random.number(), random.number(), random.number()];
    json!({
        "id": format!("{:08x}-{:04x}-4{:03x}-8{:03x}-{:08x}{:04x}",
            id[0], id[1] >> 16, id[1] & 0xfff, id[2] >> 20, id[3], id[2] & 0xffff),
        "email": format!("user.{}+{}@mail-{}.example.com", random.below(9999), random.below(99), random.below(99)),
        "placed": format!("20{:02}-{:02}-{:02}", random.below(100), 1 + random.below(12), 1 + random.below(28)),
        "currency": random.pick(&["EUR", "USD", "JPY", "CHF"]),
        "gift": random.below(2) == 0,
        "note": random.pick(&["für Ömer", "leave it \"at the door\"", "\u{1F381}", "a\nb"]),
        "coupons": (0..random.below(4)).map(|number| format!("SAVE-{number}")).collect::<Vec<_>>(),
        "items": items,
    })
}

/// A member, as a JSON pointer, and what is wrong when it has this value.
fn faults() -> [(&'static str, Value); 16] {
    [
        ("/id", json!("0000-0000")),
        ("/email", json!("nobody@-example.com")),
        ("/email", json!("no at")),
        ("/placed", json!("2100-02-29")),
        ("/placed", json!(20_260_101)),
        ("/currency", json!("DOGE")),
        ("/gift", json!("yes")),
        ("/note", json!("ä".repeat(41))),
        ("/coupons", json!(["SAVE-1", "SAVE-2", "SAVE-1"])),
        ("/coupons", json!(["1", "SAVE-22222222222222"])),
        ("/items", json!([])),
        ("/items/0/sku", json!(null)),
        ("/items/1/count", json!(0)),
        ("/items/2", json!({ "sku": "12345678", "cost": 1 })),
        ("/items/2/price", json!(10_000.5)),
        ("/items/3/pack", json!(7)),
    ]
}

/// The body of a request.
fn body(random: &mut Random, faults: &[(&'static str, Value); 16]) -> Option<String> {
    let mut order = order(random);
    for _ in 0..random.below(4).saturating_sub(1) {
        let (at, value) = &faults[random.below(16) as usize];
        // An earlier fault may have removed the place of this one.
        if let Some(member) = order.pointer_mut(at) {
            *member = value.clone();
        }
    }
    serde_json::to_string(&order).ok()
}

/// What is answered to a body.
fn answer(schema: &Schema, body: &str) -> Option<String> {
    let problems = problems(schema, &serde_json::from_str(body).ok()?);
    let status = if problems.is_empty() { 202 } else { 422 };
    serde_json::to_string(&Answer { status, problems }).ok()
}

fn checksum(n: i32) -> Option<u64> {
    let schema = serde_json::from_str(include_str!("schema.json")).ok()?;
    let (faults, mut random) = (faults(), Random::new(500));
    (0..n).try_fold(0, |checksum, _| {
        let answer = answer(&schema, &body(&mut random, &faults)?)?;
        Some(fold_bytes(checksum, answer.as_bytes()))
    })
}

/// Does `n` units of work and returns their checksum; -1 if the schema or a body is no JSON.
#[unsafe(no_mangle)]
pub extern "C" fn run(n: i32) -> i64 {
    checksum(n).map_or(-1, |checksum| checksum as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn schema() -> Schema {
        serde_json::from_str(include_str!("schema.json")).expect("a schema")
    }

    #[test]
    fn what_is_right_passes_and_every_fault_is_found() {
        let mut random = Random::new(1);
        let right = order(&mut random);
        assert_eq!(answer(&schema(), &right.to_string()).as_deref(), Some(r#"{"status":202,"problems":[]}"#));
        for (at, value) in faults() {
            let mut wrong = right.clone();
            *wrong.pointer_mut(at).expect("the member") = value;
            assert!(problems(&schema(), &wrong).iter().all(|problem| format!("{problem:?}").contains(at)));
            assert!(!problems(&schema(), &wrong).is_empty(), "{at}");
        }
    }
}
