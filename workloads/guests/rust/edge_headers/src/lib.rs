//! What a proxy at the edge does to the headers of a request before the origin sees it: some are dropped, renamed,
//! cleaned or added to, and a malformed one refuses the request. A unit is one request.
//!
//! Without an allocator, a format string or anything that can panic: Rust as small as it can be.

use edge::{Random, fold_bytes};

const ROOM: usize = 4096;
const REFUSED: &[u8] = b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n";

/// What is done to a header. Those that the table does not name are kept.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Rule {
    Keep,
    Drop,
    Rename(&'static [u8]),
    /// The cookies that only count visitors are taken out.
    Cookies,
    /// The list of the proxies on the way gets one more.
    Forwarded,
}

const RULES: [(&[u8], Rule); 14] = [
    // What concerns this connection and not the next one (RFC 9110, 7.6.1), beside what `Connection` names.
    (b"connection", Rule::Drop),
    (b"keep-alive", Rule::Drop),
    (b"proxy-authorization", Rule::Drop),
    (b"proxy-connection", Rule::Drop),
    (b"te", Rule::Drop),
    (b"trailer", Rule::Drop),
    (b"transfer-encoding", Rule::Drop),
    (b"upgrade", Rule::Drop),
    // What only the edge may say, and what the origin calls otherwise.
    (b"x-edge-id", Rule::Drop),
    (b"x-edge-country", Rule::Drop),
    (b"x-real-ip", Rule::Rename(b"x-client-ip")),
    (b"x-api-version", Rule::Rename(b"accept-version")),
    (b"cookie", Rule::Cookies),
    (b"x-forwarded-for", Rule::Forwarded),
];

const HEADERS: [&[u8]; 24] = [
    b"Accept: text/html,application/xhtml+xml;q=0.9,*/*;q=0.8",
    b"Accept-Encoding: gzip, br, zstd",
    b"accept-language:de-AT, de;q=0.9, en;q=0.5",
    b"Cache-Control: max-age=0",
    b"Connection: close, X-Debug , x-trace",
    b"Connection: keep-alive",
    b"Cookie: _ga=GA1.2.3; session=6d5c; _gid=9; theme=dark; __utm=",
    b"Cookie: session=1234",
    b"Host: shop.example.com",
    b"If-None-Match: \"33a64df5\"",
    b"Keep-Alive: timeout=5",
    b"Proxy-Authorization: Basic dXNlcg==",
    b"Referer: https://www.example.com/a?b=c:d",
    b"TE: trailers",
    b"Transfer-Encoding: chunked",
    b"Upgrade: websocket",
    b"User-Agent: Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101",
    b"X-API-Version: 7",
    b"X-Debug:1",
    b"X-Edge-Country: AT",
    b"X-Forwarded-For: 192.0.2.7, 198.51.100.1",
    b"X-Real-IP: \t192.0.2.7 ",
    b"x-trace: 00-4bf92f3577b34da6-00",
    b"Bad Name: a space is part of it",
];

struct Text {
    bytes: [u8; ROOM],
    length: usize,
}

impl Text {
    /// What does not fit is left out, and the checksum shows it.
    fn push(&mut self, text: &[u8]) {
        let free = self.bytes.get_mut(self.length..).unwrap_or_default();
        if let Some(to) = free.get_mut(..text.len()) {
            to.copy_from_slice(text);
            self.length += text.len();
        }
    }

    fn push_header(&mut self, name: &[u8], value: &[u8]) {
        let begin = self.length;
        self.push(name);
        self.bytes.get_mut(begin..).unwrap_or_default().make_ascii_lowercase();
        self.push(b": ");
        self.push(value);
        self.push(b"\r\n");
    }

    fn written(&self) -> &[u8] {
        self.bytes.get(..self.length).unwrap_or_default()
    }
}

fn hexadecimal(value: u32) -> [u8; 8] {
    let mut digits = [0; 8];
    for (place, digit) in digits.iter_mut().rev().enumerate() {
        *digit = b"0123456789abcdef"[(value >> (4 * place) & 15) as usize];
    }
    digits
}

/// What is before the first `end` and what is after it; `None` if there is none.
fn split_once(text: &[u8], end: u8) -> Option<(&[u8], &[u8])> {
    let at = text.iter().position(|byte| *byte == end)?;
    Some((text.get(..at)?, text.get(at + 1..)?))
}

/// The names and the values of a head; `None` for a line that is no header.
fn headers(lines: &[u8]) -> impl Iterator<Item = Option<(&[u8], &[u8])>> {
    lines.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii_end).take_while(|line| !line.is_empty()).map(
        |line| {
            let (name, value) = split_once(line, b':')?;
            let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(byte);
            (!name.is_empty() && name.iter().all(is_name)).then_some((name, value.trim_ascii()))
        },
    )
}

fn rule(name: &[u8]) -> Rule {
    RULES.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map_or(Rule::Keep, |(_, rule)| *rule)
}

/// Whether a `Connection` header of these lines names the header.
fn is_named_by_connection(lines: &[u8], name: &[u8]) -> bool {
    headers(lines).flatten().filter(|(header, _)| header.eq_ignore_ascii_case(b"connection")).any(
        |(_, list)| list.split(|byte| *byte == b',').any(|item| item.trim_ascii().eq_ignore_ascii_case(name)),
    )
}

/// Writes the request's head as the origin gets it; `None` if it is malformed.
fn rewrite(head: &[u8], id: u32, to: &mut Text) -> Option<()> {
    let (request_line, lines) = split_once(head, b'\n')?;
    to.push(request_line.trim_ascii_end());
    to.push(b"\r\n");
    let mut is_forwarded = false;
    for header in headers(lines) {
        let (name, value) = header?;
        if is_named_by_connection(lines, name) {
            continue;
        }
        match rule(name) {
            Rule::Keep => to.push_header(name, value),
            Rule::Drop => {}
            Rule::Rename(new) => to.push_header(new, value),
            Rule::Cookies => {
                let cookies = value.split(|byte| *byte == b';').map(<[u8]>::trim_ascii);
                for cookie in cookies.filter(|cookie| !cookie.starts_with(b"_")) {
                    to.push_header(b"cookie", cookie);
                }
            }
            Rule::Forwarded => {
                is_forwarded = true;
                to.push(b"x-forwarded-for: ");
                to.push(value);
                to.push(b", 203.0.113.9\r\n");
            }
        }
    }
    if !is_forwarded {
        to.push_header(b"x-forwarded-for", b"203.0.113.9");
    }
    to.push_header(b"via", b"1.1 edge");
    to.push_header(b"x-edge-id", &hexadecimal(id));
    to.push(b"\r\n");
    Some(())
}

fn make_request(random: &mut Random, to: &mut Text) {
    to.length = 0;
    to.push(b"GET /");
    to.push(&hexadecimal(random.number()));
    to.push(b" HTTP/1.1\r\n");
    for _ in 0..8 + random.below(8) {
        // One head in about fifty is malformed: it takes two throws to draw the line that is no header.
        let header = match random.pick(&HEADERS) {
            bad if bad.starts_with(b"Bad") => random.pick(&HEADERS),
            good => good,
        };
        to.push(header);
        to.push(b"\r\n");
    }
    to.push(b"\r\n");
}

/// Does `n` units of work and returns their checksum.
#[unsafe(no_mangle)]
pub extern "C" fn run(n: i32) -> i64 {
    let mut random = Random::new(400);
    let mut request = Text { bytes: [0; ROOM], length: 0 };
    let mut rewritten = Text { bytes: [0; ROOM], length: 0 };
    let mut checksum = 0;
    for _ in 0..n {
        make_request(&mut random, &mut request);
        rewritten.length = 0;
        if rewrite(request.written(), random.number(), &mut rewritten).is_none() {
            rewritten.length = 0;
            rewritten.push(REFUSED);
        }
        checksum = fold_bytes(checksum, rewritten.written());
    }
    checksum as i64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rewritten(head: &[u8]) -> Option<String> {
        let mut text = Text { bytes: [0; ROOM], length: 0 };
        rewrite(head, 0xbeef, &mut text)?;
        String::from_utf8(text.written().to_vec()).ok()
    }

    #[test]
    fn headers_are_dropped_renamed_cleaned_and_added_to() {
        let head = b"GET / HTTP/1.1\r\nHost: a\r\nConnection: x-debug, te\r\nX-Debug: 1\r\nX-Real-IP:\t1\r\n\
            cookie: _a=1; b=2\r\nX-Forwarded-For: 2\r\nX-Edge-Id: mine\r\n\r\n";
        let right = "GET / HTTP/1.1\r\nhost: a\r\nx-client-ip: 1\r\ncookie: b=2\r\n\
            x-forwarded-for: 2, 203.0.113.9\r\nvia: 1.1 edge\r\nx-edge-id: 0000beef\r\n\r\n";
        assert_eq!(rewritten(head).as_deref(), Some(right));
    }

    #[test]
    fn what_is_malformed_is_refused() {
        for line in ["Bad Name: 1", ": 1", "no colon", "Space : 1"] {
            assert_eq!(rewritten(format!("GET / HTTP/1.1\r\n{line}\r\n\r\n").as_bytes()), None, "{line}");
        }
    }
}
