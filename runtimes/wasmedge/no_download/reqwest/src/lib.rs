//! The part of reqwest's interface that wasmedge-sys's build script names. The script downloads WasmEdge only with the
//! feature `standalone`, which wasmark does not enable: its set-up has the library. reqwest itself, with hyper, tokio, rustls
//! and ring, was more than a hundred crates that were compiled for a build script that calls none of them.

/// Why every request fails.
const REASON: &str = "wasmark builds WasmEdge's worker without a download: run ./setup.sh, or set WASMEDGE_DIR";

/// A proxy that is never asked.
pub struct Proxy;

impl Proxy {
    /// Fails.
    ///
    /// # Errors
    /// Always.
    pub fn all<T>(_: T) -> Result<Proxy, String> {
        Err(REASON.into())
    }

    /// The same proxy.
    #[must_use]
    pub fn basic_auth(self, _: &str, _: &str) -> Proxy {
        self
    }
}

/// Requests that wait for their answer.
pub mod blocking {
    use std::{io::Empty, time::Duration};

    use super::{Proxy, REASON};

    /// A client, its builder and its request in one.
    pub struct Client;

    impl Client {
        /// A client.
        #[must_use]
        pub fn builder() -> Client {
            Client
        }

        /// The same.
        #[must_use]
        pub fn proxy(self, _: Proxy) -> Client {
            self
        }

        /// Fails.
        ///
        /// # Errors
        /// Always.
        pub fn build(self) -> Result<Client, String> {
            Err(REASON.into())
        }

        /// A request.
        #[must_use]
        pub fn get(self, _: &str) -> Client {
            self
        }

        /// The same.
        #[must_use]
        pub fn timeout(self, _: Duration) -> Client {
            self
        }

        /// Fails.
        ///
        /// # Errors
        /// Always.
        pub fn send(self) -> Result<Empty, String> {
            Err(REASON.into())
        }
    }
}
