//! An image into a registry: what is missing there, then the manifest that makes it an image.

mod credentials;
mod target;
#[cfg(test)]
mod tests;

use std::future::Future;
use std::time::{Duration, Instant};

use oci_client::client::{ClientConfig, ClientProtocol};
use oci_client::errors::OciDistributionError;
use oci_client::{Client, RegistryOperation};
use serde::Serialize;
use tokio::sync::mpsc::UnboundedSender;

pub use target::Target;

use super::{Blob, Image};
use crate::{Exit, Failure};

/// Tries of one request in all, the first included.
const TRIES: u32 = 4;
/// Before the second try; it doubles with each.
const PAUSE: Duration = Duration::from_millis(500);

/// What became of a blob.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Sent {
    Sending,
    Sent,
    /// The registry had it.
    Present,
}

/// How far a push is with one blob.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Transfer {
    /// `sha256:` and 64 digits.
    pub digest: String,
    /// Bytes.
    pub size: u64,
    /// What became of it.
    pub state: Sent,
}

/// What a push has done.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct PushReport {
    /// The name that it has there: `HOST/NAME:TAG`.
    pub reference: String,
    /// Of the manifest.
    pub digest: String,
    /// Its layer and its configuration.
    pub blobs: Vec<Transfer>,
    /// How long it took, in seconds.
    pub seconds: f64,
}

/// Pushes an image. Blobs that the registry has are not sent again; the manifest always is, as it moves the tag.
///
/// # Errors
/// Where the registry cannot be reached or does not let us.
pub async fn push(
    image: &Image,
    target: &Target,
    progress: &UnboundedSender<Transfer>,
) -> Result<PushReport, Failure> {
    let started = Instant::now();
    let session = Session::open(target).await?;
    let mut blobs = Vec::new();
    for blob in image.blobs() {
        let transfer = |state| Transfer { digest: blob.digest.clone(), size: blob.size(), state };
        let state = if session.has(blob).await? {
            Sent::Present
        } else {
            // Nobody listens to progress any more when the push itself was given up.
            let _ = progress.send(transfer(Sent::Sending));
            session.send(blob).await?;
            Sent::Sent
        };
        let _ = progress.send(transfer(state));
        blobs.push(transfer(state));
    }
    session.name(&image.manifest).await?;
    Ok(PushReport {
        reference: target.to_string(),
        digest: image.digest().to_owned(),
        blobs,
        seconds: started.elapsed().as_secs_f64(),
    })
}

/// A registry that knows who we are.
struct Session<'a> {
    client: Client,
    target: &'a Target,
}

impl<'a> Session<'a> {
    async fn open(target: &'a Target) -> Result<Self, Failure> {
        // One for the process; a second one is refused, which does no harm.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let registry = target.registry().to_owned();
        let client = Client::try_from(ClientConfig {
            protocol: ClientProtocol::HttpsExcept(if target.is_local() {
                vec![registry]
            } else {
                Vec::new()
            }),
            // Every registry takes a blob in one request; some do not take pieces.
            use_monolithic_push: true,
            connect_timeout: Some(Duration::from_secs(10)),
            user_agent: concat!("llmd/", env!("CARGO_PKG_VERSION")),
            ..ClientConfig::default()
        });
        let client = client.map_err(|error| explain(target, error))?;
        let credentials = credentials::of(target)?;
        let session = Self { client, target };
        session
            .patient(|| session.client.auth(target.reference(), &credentials, RegistryOperation::Push))
            .await?;
        Ok(session)
    }

    async fn has(&self, blob: &Blob) -> Result<bool, Failure> {
        let answer = self.patient(|| self.client.blob_exists(self.target.reference(), &blob.digest));
        answer.await
    }

    async fn send(&self, blob: &Blob) -> Result<(), Failure> {
        let sent = self
            .patient(|| self.client.push_blob(self.target.reference(), blob.content.clone(), &blob.digest));
        sent.await.map(|_| ())
    }

    async fn name(&self, manifest: &Blob) -> Result<(), Failure> {
        let media_type = http::HeaderValue::from_str(manifest.media_type.as_ref())
            .map_err(|error| Failure::new(Exit::Failed, error))?;
        let named = self.patient(|| {
            let content = manifest.content.clone();
            self.client.push_manifest_raw(self.target.reference(), content, media_type.clone())
        });
        named.await.map(|_| ())
    }

    /// Asks again where another try may help.
    async fn patient<T, F>(&self, mut request: impl FnMut() -> F) -> Result<T, Failure>
    where
        F: Future<Output = Result<T, OciDistributionError>>,
    {
        let mut pause = PAUSE;
        for _ in 1..TRIES {
            match request().await {
                Err(error) if may_pass(&error) => tokio::time::sleep(pause).await,
                ended => return ended.map_err(|error| explain(self.target, error)),
            }
            pause *= 2;
        }
        request().await.map_err(|error| explain(self.target, error))
    }
}

/// Whether the same request may be answered otherwise a little later.
fn may_pass(error: &OciDistributionError) -> bool {
    match status(error) {
        Some(code) => code == 429 || code >= 500,
        None => matches!(error, OciDistributionError::RequestError(error) if !error.is_builder()),
    }
}

fn status(error: &OciDistributionError) -> Option<u16> {
    match error {
        OciDistributionError::RequestError(error) => error.status().map(|status| status.as_u16()),
        OciDistributionError::ServerError { code, .. } => Some(*code),
        OciDistributionError::UnauthorizedError { .. } | OciDistributionError::AuthenticationFailure(_) => {
            Some(401)
        }
        _ => None,
    }
}

/// What went wrong, and what to do. An answer's text is kept only where it cannot hold what we sent.
fn explain(target: &Target, error: OciDistributionError) -> Failure {
    let registry = target.registry();
    match status(&error) {
        Some(401 | 403) => {
            Failure::message(Exit::Preflight, format!("{registry} does not let us push {target}"))
                .hint(format!(
                    "log in: docker login {registry} (any tool that writes Docker's config.json will do)"
                ))
                .hint("does the account own the repository?")
        }
        Some(404) => Failure::message(Exit::Failed, format!("{registry} has no place for {target}"))
            .hint("some registries want a repository to be made before the first push"),
        _ => {
            let is_local = target.is_local();
            let failure = Failure::new(
                Exit::Failed,
                anyhow::Error::new(error).context(format!("failed to push {target}")),
            );
            if is_local { failure.hint(format!("{registry} is spoken to in plain HTTP")) } else { failure }
        }
    }
}
