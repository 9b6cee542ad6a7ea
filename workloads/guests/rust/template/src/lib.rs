//! A page of a shop rendered by minijinja from a layout, a macro and loops, with its values escaped. A unit is one page
//! of about 24 KB; the templates are compiled once a call.

use kernel::{Random, fold_bytes};
use minijinja::{Environment, Error, value::Serde};
use serde::Serialize;

const PRODUCTS: u32 = 32;

const TEMPLATES: [(&str, &str); 3] = [
    ("layout.html", include_str!("layout.html")),
    ("macros.html", include_str!("macros.html")),
    ("shop.html", include_str!("shop.html")),
];

#[derive(Serialize)]
struct Shop {
    title: String,
    visitor: Option<String>,
    page: u32,
    pages: u32,
    products: Vec<Product>,
}

#[derive(Serialize)]
struct Product {
    id: u32,
    name: String,
    about: String,
    cents: u32,
    discount: Option<u32>,
    stock: u32,
    tags: Vec<&'static str>,
    reviews: Vec<Review>,
}

#[derive(Serialize)]
struct Review {
    author: String,
    stars: u32,
    text: String,
}

impl Shop {
    fn new() -> Self {
        let mut random = Random(32);
        let products = (0..PRODUCTS).map(|id| Product::new(id, &mut random)).collect();
        let visitor = Some(format!("{} <{}>", random.word(), random.word()));
        Shop { title: "Tea & Coffee".to_owned(), visitor, page: 1, pages: 9, products }
    }
}

impl Product {
    fn new(id: u32, random: &mut Random) -> Self {
        Product {
            id,
            name: random.words(2),
            about: format!("{} \"{}\" & {}", random.words(6), random.word(), random.words(3)),
            cents: 100 + random.below(10_000),
            discount: (random.below(4) == 0).then(|| 5 * (1 + random.below(6))),
            stock: random.below(12),
            tags: (0..2).map(|_| random.pick(["new", "organic", "fair", "sale", "last"])).collect(),
            reviews: (0..2).map(|_| Review::new(random)).collect(),
        }
    }
}

impl Review {
    fn new(random: &mut Random) -> Self {
        Review { author: random.words(2), stars: 1 + random.below(5), text: random.words(7) }
    }
}

fn work(n: i32) -> Result<u64, Error> {
    let mut environment = Environment::new();
    for (name, source) in TEMPLATES {
        environment.add_template(name, source)?;
    }
    let page = environment.get_template("shop.html")?;
    let mut shop = Shop::new();
    let mut checksum = 0;
    for _ in 0..n {
        checksum = fold_bytes(checksum, page.render(Serde(&shop))?.as_bytes());
        shop.page = shop.page % shop.pages + 1;
        shop.products.rotate_left(1);
    }
    Ok(checksum)
}

/// Does `n` units of work and returns their checksum; -1 if a template was refused.
#[unsafe(no_mangle)]
pub extern "C" fn run(n: i32) -> i64 {
    work(n).map_or(-1, |checksum| checksum as i64)
}
