//! A real server of S3's protocol on loopback: moto, which `./setup.sh --test` gets.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    process::{Child, Command, Stdio},
};

use super::{World, python};

/// A server with one bucket, `bucket`. It ends with this value.
pub struct S3 {
    server: Child,
    address: String,
}

/// Whom the server serves.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Serves {
    /// All that ask.
    Everyone,
    /// Those whose keys it knows: it knows none.
    Known,
}

impl S3 {
    /// Starts it. `None` as of [`python::program`].
    pub fn start(serves: Serves) -> Option<S3> {
        let mut command = python::program("moto_server")?;
        command.args(["-H", "127.0.0.1", "-p", "0"]);
        if serves == Serves::Known {
            command.env("INITIAL_NO_AUTH_ACTION_COUNT", "1");
        }
        let mut server = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("moto starts");
        let mut lines = BufReader::new(server.stderr.take().expect("stderr")).lines().map_while(Result::ok);
        let line = lines.find(|line| line.contains("Running on http://")).expect("an address");
        let address = line.split("http://").nth(1).and_then(|rest| rest.split_whitespace().next());
        let address = address.expect("an address").to_string();
        // A pipe that is not read would stop the server.
        std::thread::spawn(move || lines.for_each(drop));
        let server = S3 { server, address };
        server.put("/bucket", b"");
        Some(server)
    }

    /// Writes an object as anyone who may.
    pub fn put(&self, path: &str, content: &[u8]) {
        let answer = self.ask("PUT", path, content);
        assert!(answer.starts_with(b"HTTP/1.1 200"), "{}", String::from_utf8_lossy(&answer));
    }

    /// An object's content.
    pub fn get(&self, path: &str) -> Vec<u8> {
        let answer = self.ask("GET", path, b"");
        let end = answer.windows(4).position(|four| four == b"\r\n\r\n").expect("a head") + 4;
        answer[end..].to_vec()
    }

    fn ask(&self, method: &str, path: &str, content: &[u8]) -> Vec<u8> {
        let mut stream = TcpStream::connect(&self.address).expect("the server");
        // Where it serves everyone, moto checks that a request is signed and not by whom: without, an object is private.
        let signed = "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0";
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nAuthorization: {signed}\r\nConnection: close\r\n\
             Content-Length: {}\r\n\r\n",
            self.address,
            content.len()
        );
        stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(content)).expect("a request");
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).expect("an answer");
        answer
    }

    /// Its URL.
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// `wasmark` in this place, with the server as its store.
    pub fn program(&self, world: &World, arguments: &[&str]) -> Command {
        let mut command = world.program(arguments);
        command.envs(of_store(&self.endpoint()));
        command
    }
}

impl Drop for S3 {
    fn drop(&mut self) {
        self.server.kill().ok();
        self.server.wait().ok();
    }
}

/// The variables that name a store and somebody who may use it.
pub fn of_store(endpoint: &str) -> [(&'static str, String); 5] {
    [
        ("AWS_ENDPOINT_URL", endpoint.to_string()),
        ("AWS_ALLOW_HTTP", "true".to_string()),
        ("AWS_REGION", "us-east-1".to_string()),
        ("AWS_ACCESS_KEY_ID", "key".to_string()),
        ("AWS_SECRET_ACCESS_KEY", "secret".to_string()),
    ]
}
