//! What Docker's configuration knows of a registry: `config.json` in `$DOCKER_CONFIG` or `~/.docker`.

use std::path::PathBuf;

use docker_credential::{CredentialRetrievalError, DockerCredential};
use oci_client::secrets::RegistryAuth;

use super::Target;
use crate::env_vars;
use crate::{Exit, Failure};

/// Docker's own registry has this name in configurations, whatever its host is called today.
const DOCKER_HUB: &str = "https://index.docker.io/v1/";

/// The credentials for a registry; none where nothing is configured.
///
/// # Errors
/// Where the configuration or its helper does not work. What they hold or print is never part of the message.
pub(super) fn of(target: &Target) -> Result<RegistryAuth, Failure> {
    let registry = target.registry();
    let server = if registry == "index.docker.io" { DOCKER_HUB } else { registry };
    let refuse = |what: &str| {
        Failure::message(Exit::Preflight, format!("the credentials for {registry} cannot be had: {what}"))
            .hint(format!("log in anew: docker login {registry}"))
    };
    match docker_credential::get_credential(server) {
        // A helper gives an identity token under this name.
        Ok(DockerCredential::UsernamePassword(user, password)) if user != "<token>" => {
            Ok(RegistryAuth::Basic(user, password))
        }
        Ok(DockerCredential::UsernamePassword(..) | DockerCredential::IdentityToken(_)) => {
            Err(refuse("there is an identity token only, which has to be traded by Docker itself"))
        }
        Err(error) => match error {
            CredentialRetrievalError::NoCredentialConfigured | CredentialRetrievalError::ConfigNotFound => {
                Ok(RegistryAuth::Anonymous)
            }
            CredentialRetrievalError::ConfigReadError => match config_file().filter(|path| path.exists()) {
                Some(path) => Err(refuse(&format!("{} cannot be read", path.display()))),
                None => Ok(RegistryAuth::Anonymous),
            },
            // The words of Docker's protocol for helpers.
            CredentialRetrievalError::HelperFailure { stdout, .. }
                if stdout.contains("credentials not found") =>
            {
                Ok(RegistryAuth::Anonymous)
            }
            CredentialRetrievalError::HelperFailure { helper, .. } => {
                Err(refuse(&format!("the helper {helper} failed")))
            }
            CredentialRetrievalError::HelperCommunicationError => {
                Err(refuse("the credential helper that is configured cannot be run"))
            }
            CredentialRetrievalError::MalformedHelperResponse => {
                Err(refuse("the credential helper gave an answer that is none"))
            }
            CredentialRetrievalError::CredentialDecodingError
            | CredentialRetrievalError::CredentialMismatchError => {
                Err(refuse("those in config.json are not valid"))
            }
        },
    }
}

fn config_file() -> Option<PathBuf> {
    let folder = std::env::var_os(env_vars::DOCKER_CONFIG).map(PathBuf::from);
    let folder = folder.or_else(|| Some(PathBuf::from(std::env::var_os(env_vars::HOME)?).join(".docker")));
    Some(folder?.join("config.json"))
}
