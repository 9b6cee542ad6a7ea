//! A folder in an object store: what is in it, and single files of it. Credentials and endpoints are what the builders of
//! the crate `object_store` find in the environment.

use std::{
    fmt,
    future::Future,
    sync::{Arc, Once},
    time::Duration,
};

use object_store::{
    BackoffConfig, Error, ObjectStore, ObjectStoreExt, PutPayload, RetryConfig, aws::AmazonS3Builder,
    azure::MicrosoftAzureBuilder, gcp::GoogleCloudStorageBuilder, local::LocalFileSystem, path::Path,
};
use tokio::{
    runtime::{Builder, Runtime},
    task::JoinSet,
};

use super::place::Url;
use crate::{Result, error::Cause};

/// How often a request is repeated and for how long: what is away for longer is away. The upload is repeated by a command.
fn retries() -> RetryConfig {
    let backoff = BackoffConfig {
        init_backoff: Duration::from_millis(200),
        max_backoff: Duration::from_secs(5),
        base: 2.0,
    };
    RetryConfig { backoff, max_retries: 4, retry_timeout: Duration::from_secs(60) }
}

/// Requests that are under way at the same time.
const AT_ONCE: usize = 16;

/// A folder in a store.
pub struct Store {
    url: Url,
    folder: Path,
    objects: Arc<dyn ObjectStore>,
    runtime: Runtime,
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.url)
    }
}

impl Store {
    /// The folder with this URL. Nothing is asked of the store yet.
    ///
    /// # Errors
    /// Where the environment has settings that no store is made from.
    pub fn open(url: &Url) -> Result<Store> {
        static TLS: Once = Once::new();
        TLS.call_once(|| {
            // Where another part of the program had one installed, it stays.
            rustls::crypto::ring::default_provider().install_default().ok();
        });
        let text = url.parsed().as_str();
        let objects: Arc<dyn ObjectStore> = match url.scheme() {
            "s3" => {
                let builder = AmazonS3Builder::from_env().with_url(text).with_retry(retries());
                Arc::new(builder.build().map_err(settings(url))?)
            }
            "gs" => {
                let builder = GoogleCloudStorageBuilder::from_env().with_url(text).with_retry(retries());
                Arc::new(builder.build().map_err(settings(url))?)
            }
            "az" => {
                let builder = MicrosoftAzureBuilder::from_env().with_url(text).with_retry(retries());
                Arc::new(builder.build().map_err(settings(url))?)
            }
            _ => Arc::new(LocalFileSystem::new()),
        };
        let folder = match url.scheme() {
            "file" => {
                let failed = |()| super::Error::Settings { url: url.to_string(), source: None };
                Path::from_absolute_path(url.parsed().to_file_path().map_err(failed)?)
            }
            _ => Path::from_url_path(url.parsed().path()),
        };
        let folder = folder.map_err(settings(url))?;
        let runtime = Builder::new_current_thread().enable_all().build().map_err(settings(url))?;
        Ok(Store { url: url.clone(), folder, objects, runtime })
    }

    /// Its URL.
    #[must_use]
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// The names of the folders in it.
    ///
    /// # Errors
    /// Where the store cannot be reached, or does not permit it.
    pub fn folders(&self) -> Result<Vec<String>> {
        let listed = self.runtime.block_on(self.objects.list_with_delimiter(Some(&self.folder)));
        let listed = match listed {
            Err(Error::NotFound { .. }) if self.url.scheme() == "file" => return Ok(Vec::new()),
            listed => listed.map_err(|problem| self.explain(&problem))?,
        };
        let last = |path: &Path| path.parts().next_back().map(|part| part.as_ref().to_string());
        let mut names: Vec<String> = listed.common_prefixes.iter().filter_map(last).collect();
        names.sort_unstable();
        Ok(names)
    }

    /// The contents of files, by their paths in the folder and in that order; `None` where there is no such file.
    ///
    /// # Errors
    /// As [`Store::folders`].
    pub fn read(&self, paths: &[Vec<String>]) -> Result<Vec<Option<Vec<u8>>>> {
        let mut contents: Vec<Option<Vec<u8>>> = vec![None; paths.len()];
        let asked = paths.iter().map(|path| self.path(path)).enumerate();
        let result: Result<(), Error> = self.runtime.block_on(async {
            let mut under_way = JoinSet::new();
            let mut asked = asked;
            loop {
                while under_way.len() < AT_ONCE
                    && let Some((index, path)) = asked.next()
                {
                    let objects = Arc::clone(&self.objects);
                    under_way.spawn(async move { (index, get(&*objects, &path).await) });
                }
                let Some(ended) = under_way.join_next().await else { return Ok(()) };
                let (index, content) = ended?;
                contents[index] = content?;
            }
        });
        result.map_err(|problem| self.explain(&problem))?;
        Ok(contents)
    }

    /// Writes a file, which is there whole or not at all.
    ///
    /// # Errors
    /// As [`Store::folders`].
    pub fn write(&self, path: &[String], content: Vec<u8>) -> Result<()> {
        let path = self.path(path);
        self.ask(self.objects.put(&path, PutPayload::from(content))).map(|_| ())
    }

    /// Removes a file.
    ///
    /// # Errors
    /// As [`Store::folders`].
    pub fn remove(&self, path: &[String]) -> Result<()> {
        let path = self.path(path);
        self.ask(self.objects.delete(&path))
    }

    fn path(&self, parts: &[String]) -> Path {
        parts.iter().fold(self.folder.clone(), |path, part| path.join(part.as_str()))
    }

    fn ask<T>(&self, request: impl Future<Output = Result<T, Error>>) -> Result<T> {
        Ok(self.runtime.block_on(request).map_err(|problem| self.explain(&problem))?)
    }

    /// The error with what to do about it.
    fn explain(&self, problem: &Error) -> super::Error {
        let url = self.url.to_string();
        let cause = problem.to_string();
        let cause = cause.split_whitespace().collect::<Vec<_>>().join(" ");
        match problem {
            Error::PermissionDenied { .. } | Error::Unauthenticated { .. } => {
                super::Error::Refused { url, cause }
            }
            Error::NotFound { .. } => super::Error::NotThere { url, cause },
            _ => super::Error::Unreachable { url, cause },
        }
    }
}

/// Wraps an error in the settings of a store.
fn settings<E: Into<Cause>>(url: &Url) -> impl Fn(E) -> super::Error {
    |problem| super::Error::Settings { url: url.to_string(), source: Some(problem.into()) }
}

/// A file's content, where there is such a file.
async fn get(objects: &dyn ObjectStore, path: &Path) -> Result<Option<Vec<u8>>, Error> {
    match objects.get(path).await {
        Ok(found) => Ok(Some(found.bytes().await?.to_vec())),
        Err(Error::NotFound { .. }) => Ok(None),
        Err(problem) => Err(problem),
    }
}
