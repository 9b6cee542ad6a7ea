//! A document that is larger than a processor's caches: serde_json reads 2 MB of orders one after another, without
//! keeping them, and writes a report of what each region sold. A unit is one reading and one report.

use std::{collections::BTreeMap, fmt};

use kernel::{Random, fold_bytes};
use serde::{
    Deserialize, Deserializer, Serialize,
    de::{SeqAccess, Visitor},
};

const BYTES: usize = 2_000_000;
/// The document repeats a part of this length: making all of it would take as long as reading it.
const PART: usize = 100_000;

#[derive(Serialize, Deserialize)]
struct Order<'a> {
    id: u64,
    region: &'a str,
    customer: Customer<'a>,
    paid: bool,
    lines: Vec<Line<'a>>,
    /// Has escapes in it, so it cannot be borrowed from the text.
    note: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct Customer<'a> {
    name: &'a str,
    since: u32,
    coordinates: [f64; 2],
}

#[derive(Serialize, Deserialize)]
struct Line<'a> {
    product: &'a str,
    quantity: u32,
    price: f64,
}

#[derive(Default, Serialize)]
struct Sales {
    orders: u32,
    unpaid: u32,
    quantity: u64,
    amount: f64,
    longest_note: usize,
    north: f64,
}

/// What was sold, by region: read from a list of orders, and written as an object.
#[derive(Default, Serialize)]
#[serde(transparent)]
struct Report<'a>(BTreeMap<&'a str, Sales>);

impl<'a> Report<'a> {
    fn add(&mut self, order: &Order<'a>) {
        let sales = self.0.entry(order.region).or_default();
        sales.orders += 1;
        sales.unpaid += u32::from(!order.paid);
        for line in &order.lines {
            sales.quantity += u64::from(line.quantity);
            sales.amount += line.price * f64::from(line.quantity);
        }
        sales.longest_note = sales.longest_note.max(order.note.as_ref().map_or(0, String::len));
        sales.north += order.customer.coordinates[0];
    }
}

impl<'de> Deserialize<'de> for Report<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Orders;
        impl<'de> Visitor<'de> for Orders {
            type Value = Report<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list of orders")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut orders: A) -> Result<Report<'de>, A::Error> {
                let mut report = Report::default();
                while let Some(order) = orders.next_element::<Order>()? {
                    report.add(&order);
                }
                Ok(report)
            }
        }
        deserializer.deserialize_seq(Orders)
    }
}

/// Orders, each with a comma after it.
fn part() -> serde_json::Result<String> {
    let mut random = Random(2);
    let mut text = String::new();
    for id in 0.. {
        let (name, products) = (random.words(2), [random.word(), random.words(2), random.words(3)]);
        let line = |product| Line {
            product,
            quantity: 1 + random.below(20),
            price: f64::from(random.below(100_000)) / 128.0,
        };
        let lines: Vec<Line> = products.iter().map(String::as_str).map(line).collect();
        let order = Order {
            id: 1_000_000_000 + id,
            region: random.pick(["north", "south", "east", "west", "süd-west"]),
            customer: Customer {
                name: &name,
                since: 1990 + random.below(36),
                coordinates: [
                    f64::from(random.below(1800)) / 10.0 - 90.0,
                    f64::from(random.below(36_000)) / 100.0,
                ],
            },
            paid: random.below(3) != 0,
            lines,
            note: (random.below(2) == 0).then(|| format!("\"{}\"\n\t{}", random.words(2), random.words(3))),
        };
        text.push_str(&serde_json::to_string(&order)?);
        text.push(',');
        if text.len() >= PART {
            break;
        }
    }
    Ok(text)
}

fn document() -> serde_json::Result<String> {
    let part = part()?;
    let mut text = String::with_capacity(BYTES + part.len());
    text.push('[');
    while text.len() < BYTES {
        text.push_str(&part);
    }
    // The last comma.
    text.pop();
    text.push(']');
    Ok(text)
}

fn work(n: i32) -> serde_json::Result<u64> {
    let text = document()?;
    let mut checksum = 0;
    for _ in 0..n {
        let report: Report = serde_json::from_str(&text)?;
        checksum = fold_bytes(checksum, serde_json::to_string(&report)?.as_bytes());
    }
    Ok(checksum)
}

/// Does `n` units of work and returns their checksum; -1 if a document was refused.
#[unsafe(no_mangle)]
pub extern "C" fn run(n: i32) -> i64 {
    work(n).map_or(-1, |checksum| checksum as i64)
}
