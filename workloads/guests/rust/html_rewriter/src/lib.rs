//! A page rewritten while it streams by, as at an edge platform: lol_html changes links and pictures, takes scripts and
//! comments out, and puts something in. A unit is a page of 24 KB in chunks of a network packet.

use std::fmt::Write as _;

use kernel::{Random, fold_bytes};
use lol_html::{
    HtmlRewriter, Settings, comments, element, errors::RewritingError, html_content::ContentType, text,
};

const BYTES: usize = 24 * 1024;
const PACKET: usize = 1460;

fn page() -> String {
    let mut random = Random(25);
    let mut page = "<!doctype html>\n<html lang=de><head><meta charset=utf-8><title>".to_owned();
    page.push_str(&random.words(4));
    page.push_str(
        "</title><script src=\"/a.js\"></script><style>p > a { color: #234 }</style></head>\n<body>\n",
    );
    let mut article = 0;
    while page.len() < BYTES {
        let random = &mut random;
        article += 1;
        // Writing to a String does not fail.
        let _ = write!(
            page,
            "<article id=a{article} class=\"{} item\" data-rank='{}'><h2>{} &amp; {}</h2>\n<!-- {} -->\n\
             <p>{} <a href=\"http://{}.example/{}?x=1&amp;y=2\" target=_blank>{}</a> -- {} <em>{}</em>, {}.</p>\n\
             <img src='/pictures/{}.jpg' alt=\"{}\" width={}>\n<ul><li>{}<li><a href=/{}>{}</a></ul>\n",
            random.pick(["news", "sport", "ad", "culture"]),
            random.below(100),
            random.words(2),
            random.word(),
            random.words(5),
            random.words(12),
            random.word(),
            random.word(),
            random.words(2),
            random.words(8),
            random.words(2),
            random.words(9),
            random.word(),
            random.words(3),
            100 * random.below(9),
            random.words(4),
            random.word(),
            random.words(2),
        );
        if random.below(3) == 0 {
            let _ = writeln!(page, "<script>if (a < b) {{ say(\"</p>{}\") }}</script>", random.word());
        }
        page.push_str("</article>\n");
    }
    page.push_str("</body></html>\n");
    page
}

/// One page; what comes out is added to `output`.
fn rewrite(page: &str, unit: i32, output: &mut Vec<u8>) -> Result<(), RewritingError> {
    let settings = Settings::new()
        .append_element_content_handler(element!("head", |head| {
            head.append(&format!("<meta name=\"unit\" content=\"{unit}\">"), ContentType::Html);
            Ok(())
        }))
        .append_element_content_handler(element!("a[href^='http://']", |link| {
            let target = link.get_attribute("href").unwrap_or_default();
            link.set_attribute("href", &target.replacen("http:", "https:", 1))?;
            link.set_attribute("rel", "noopener")?;
            Ok(())
        }))
        .append_element_content_handler(element!("article > img[src]", |picture| {
            let source = picture.get_attribute("src").unwrap_or_default();
            picture.set_attribute("src", &format!("//cdn.example{source}"))?;
            picture.set_attribute("loading", "lazy")?;
            picture.before("<figure>", ContentType::Html);
            picture.after("</figure>", ContentType::Html);
            Ok(())
        }))
        .append_element_content_handler(element!("script, article.ad", |unwanted| {
            unwanted.remove();
            Ok(())
        }))
        .append_element_content_handler(element!("li:first-child", |item| {
            item.prepend("& ", ContentType::Text);
            Ok(())
        }))
        .append_element_content_handler(text!("p", |chunk| {
            if chunk.as_str().contains("--") {
                let dashed = chunk.as_str().replace("--", "\u{2013}");
                chunk.replace(&dashed, ContentType::Html);
            }
            Ok(())
        }))
        .append_element_content_handler(comments!("article", |comment| {
            comment.remove();
            Ok(())
        }));
    let mut rewriter = HtmlRewriter::new(settings, |chunk: &[u8]| output.extend_from_slice(chunk));
    for packet in page.as_bytes().chunks(PACKET) {
        rewriter.write(packet)?;
    }
    rewriter.end()
}

fn work(n: i32) -> Result<u64, RewritingError> {
    let page = page();
    let mut output = Vec::with_capacity(2 * BYTES);
    let mut checksum = 0;
    for unit in 0..n {
        output.clear();
        rewrite(&page, unit, &mut output)?;
        checksum = fold_bytes(checksum, &output);
    }
    Ok(checksum)
}

/// Does `n` units of work and returns their checksum; -1 if a page was refused.
#[unsafe(no_mangle)]
pub extern "C" fn run(n: i32) -> i64 {
    work(n).map_or(-1, |checksum| checksum as i64)
}
