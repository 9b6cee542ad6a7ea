//! A fragment of a page, as an edge function puts it into one that is cached: the reviews of a product, from people
//! whose text must be escaped. A unit is one fragment of about 6 KB.

use edge::{Random, fold_bytes};
use maud::{Markup, html};

const REVIEWS: u32 = 16;
const PEOPLE: [&str; 8] =
    ["Ada", "Grace <grace@example.com>", "O'Neil", "Jürgen", "Mary & Joe", "\"Anonymous\"", "Łukasz", "Bo"];
const WORDS: [&str; 12] = [
    "good",
    "not so good",
    "<b>great</b>",
    "R&D",
    "5 > 4",
    "\"very\"",
    "fine",
    "naïve",
    "don't",
    "<script>alert(1)</script>",
    "sturdy",
    "a&nbsp;b",
];

struct Review {
    id: u32,
    author: &'static str,
    stars: u32,
    words: Vec<&'static str>,
    helpful: u32,
    answer: Option<&'static str>,
}

struct Product {
    name: String,
    cents: u32,
    stock: u32,
    reviews: Vec<Review>,
}

fn product(random: &mut Random) -> Product {
    Product {
        name: format!("Chair {} <{}>", random.below(1000), random.pick(&WORDS)),
        cents: random.below(100_000),
        stock: random.below(4),
        reviews: (0..REVIEWS)
            .map(|_| Review {
                id: random.number(),
                author: random.pick(&PEOPLE),
                stars: random.below(6),
                words: (0..12 + random.below(8)).map(|_| random.pick(&WORDS)).collect(),
                helpful: random.below(40),
                answer: (random.below(4) == 0).then(|| random.pick(&WORDS)),
            })
            .collect(),
    }
}

fn stars(count: u32) -> Markup {
    html! {
        span.stars title={ (count) " of 5" } {
            @for star in 0..5 {
                @if star < count { "★" } @else { "☆" }
            }
        }
    }
}

fn review(review: &Review) -> Markup {
    html! {
        li.review #{ "r" (review.id) } data-author=(review.author) {
            h3 { (review.author) " " (stars(review.stars)) }
            p {
                @for (i, word) in review.words.iter().enumerate() {
                    @if i > 0 { " " }
                    (word)
                }
            }
            @if let Some(answer) = review.answer {
                blockquote.answer { (answer) }
            }
            form method="post" action={ "/reviews/" (review.id) "/helpful" } {
                button type="submit" disabled[review.helpful == 0] { "Helpful (" (review.helpful) ")" }
            }
        }
    }
}

fn fragment(product: &Product) -> Markup {
    let total: u32 = product.reviews.iter().map(|review| review.stars).sum();
    html! {
        section.reviews aria-label={ "Reviews of " (product.name) } {
            h2 { (product.name) }
            p.price {
                (product.cents / 100) "." (product.cents % 100 / 10) (product.cents % 10) " € "
                @match product.stock {
                    0 => em { "sold out" },
                    1 => strong { "the last one" },
                    many => { (many) " left" },
                }
            }
            p { (stars(total / REVIEWS)) " by " (product.reviews.len()) " people" }
            ul {
                @for entry in &product.reviews { (review(entry)) }
            }
        }
    }
}

/// Does `n` units of work and returns their checksum.
#[unsafe(no_mangle)]
pub extern "C" fn run(n: i32) -> i64 {
    let mut random = Random::new(600);
    (0..n)
        .fold(0, |checksum, _| fold_bytes(checksum, fragment(&product(&mut random)).into_string().as_bytes()))
        as i64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_write_is_escaped() {
        let html = fragment(&product(&mut Random::new(600))).into_string();
        assert!(
            html.contains("&lt;script&gt;") && !html.contains("<script") && !html.contains("<b>"),
            "{html}"
        );
        assert!((4000..9000).contains(&html.len()), "{} bytes", html.len());
    }
}
