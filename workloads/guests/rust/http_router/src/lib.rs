//! What a function at an edge does for a request: httparse reads it, matchit finds its route, serde_json writes the
//! answer. A unit is 128 requests.

use std::{collections::BTreeMap, io::Write as _};

use httparse::{EMPTY_HEADER, Request};
use kernel::{Random, fold, fold_bytes};
use matchit::{Params, Router};
use serde::Serialize;

const REQUESTS: u32 = 128;
const HEADERS: usize = 16;

const ROUTES: [(&str, &str); 16] = [
    ("/", "home"),
    ("/health", "health"),
    ("/assets/{*path}", "asset"),
    ("/login", "login"),
    ("/users", "users"),
    ("/users/{user}", "user"),
    ("/users/{user}/orders", "orders"),
    ("/users/{user}/orders/{order}", "order"),
    ("/users/{user}/orders/{order}/lines/{line}", "line"),
    ("/products", "products"),
    ("/products/{product}", "product"),
    ("/products/{product}/reviews", "reviews"),
    ("/products/{product}/reviews/{review}", "review"),
    ("/search", "search"),
    ("/api/v1/{collection}/{id}", "record"),
    ("/api/v1/{collection}/{id}/{field}", "field"),
];

/// The paths that are asked for: `#` stands for a number, `@` for a word. Two of them have no route.
const PATHS: [&str; 12] = [
    "/",
    "/health",
    "/assets/css/@/@.css",
    "/users/#",
    "/users/#/orders/#",
    "/users/#/orders/#/lines/#",
    "/products/@",
    "/products/@/reviews/#",
    "/api/v1/@/#",
    "/api/v1/@/#/name",
    "/api/v2/@",
    "/users/#/secrets",
];

#[derive(Serialize)]
struct Answer<'a> {
    request: i64,
    route: &'a str,
    method: &'a str,
    host: &'a str,
    parameters: BTreeMap<&'a str, &'a str>,
    query: Vec<(&'a str, &'a str)>,
    agent: &'a str,
    languages: Vec<&'a str>,
    session: Option<&'a str>,
}

#[derive(Serialize)]
struct Problem<'a> {
    error: &'a str,
    path: &'a str,
}

fn request(random: &mut Random) -> Vec<u8> {
    let pattern = random.pick(PATHS);
    let path: String = pattern
        .chars()
        .map(|letter| match letter {
            '#' => random.below(100_000).to_string(),
            '@' => random.word(),
            other => other.to_string(),
        })
        .collect();
    let body = format!("{{\"name\":\"{}\"}}", random.words(3));
    format!(
        "{} {path}?sort={}&page={}&q={} HTTP/1.1\r\nHost: {}.example\r\nUser-Agent: Mozilla/5.0 ({}; \"{}\")\r\n\
         Accept: text/html,application/json;q=0.9,*/*;q=0.8\r\nAccept-Language: de-DE,de,en;q=0.5\r\n\
         Accept-Encoding: gzip, br\r\nCookie: theme=dark; session={:08x}{:08x}; seen=1\r\nX-Forwarded-For: {}.{}.0.1\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\nConnection: keep-alive\r\n\r\n{body}",
        random.pick(["GET", "GET", "GET", "POST", "DELETE"]),
        random.pick(["name", "price", "-date"]),
        random.below(50),
        random.word(),
        random.word(),
        random.words(2),
        random.word(),
        random.draw(),
        random.draw(),
        random.below(256),
        random.below(256),
        body.len(),
    )
    .into_bytes()
}

fn header<'a>(request: &Request<'_, 'a>, name: &str) -> &'a str {
    let found = request.headers.iter().find(|header| header.name.eq_ignore_ascii_case(name));
    found.and_then(|header| str::from_utf8(header.value).ok()).unwrap_or_default()
}

fn answer<'a>(
    request: &Request<'_, 'a>,
    number: i64,
    route: &'a str,
    path: &Params<'a, 'a>,
    query: &'a str,
) -> Answer<'a> {
    let cookies = header(request, "cookie").split("; ");
    Answer {
        request: number,
        route,
        method: request.method.unwrap_or_default(),
        host: header(request, "host"),
        parameters: path.iter().collect(),
        query: query.split('&').filter_map(|pair| pair.split_once('=')).collect(),
        agent: header(request, "user-agent"),
        languages: header(request, "accept-language")
            .split(',')
            .map(|language| language.split(';').next().unwrap_or(language))
            .collect(),
        session: cookies.filter_map(|cookie| cookie.strip_prefix("session=")).next(),
    }
}

/// Writes the answer to one request; `None` if it could not be read, which the checksum then shows.
fn handle(bytes: &[u8], number: i64, routes: &Router<&'static str>, output: &mut Vec<u8>) -> Option<()> {
    let mut headers = [EMPTY_HEADER; HEADERS];
    let mut request = Request::new(&mut headers);
    let httparse::Status::Complete(head) = request.parse(bytes).ok()? else { return None };
    let target = request.path?;
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let (status, body) = match routes.at(path) {
        Ok(found) => {
            ("200 OK", serde_json::to_vec(&answer(&request, number, found.value, &found.params, query)))
        }
        Err(_) => ("404 Not Found", serde_json::to_vec(&Problem { error: "no such page", path })),
    };
    let body = body.ok()?;
    write!(
        output,
        "HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {}\r\nX-Received: {}\r\n\r\n",
        body.len(),
        bytes.len() - head,
    )
    .ok()?;
    output.extend_from_slice(&body);
    Some(())
}

fn work(n: i32) -> Option<u64> {
    let mut routes = Router::new();
    for (path, name) in ROUTES {
        routes.insert(path, name).ok()?;
    }
    let mut random = Random(128);
    let requests: Vec<Vec<u8>> = (0..REQUESTS).map(|_| request(&mut random)).collect();
    let mut output = Vec::new();
    let mut checksum = 0;
    let mut number = 0;
    for _ in 0..n {
        for bytes in &requests {
            output.clear();
            handle(bytes, number, &routes, &mut output)?;
            checksum = fold_bytes(checksum, &output);
            number += 1;
        }
    }
    Some(fold(checksum, number as u64))
}

/// Does `n` units of work and returns their checksum; -1 if a request was refused.
#[unsafe(no_mangle)]
pub extern "C" fn run(n: i32) -> i64 {
    work(n).map_or(-1, |checksum| checksum as i64)
}
