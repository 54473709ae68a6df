//! Every environment variable that llmd reads, in one place.

/// The namespace, when `-n` is not given.
pub const NAMESPACE: &str = "NAMESPACE";
/// The end of the release names, when `--postfix` is not given; the guide's own variable.
pub const RELEASE_NAME_POSTFIX: &str = "RELEASE_NAME_POSTFIX";
/// The environment, when `-e` is not given.
pub const LLMD_ENVIRONMENT: &str = "LLMD_ENVIRONMENT";
/// Where state is kept, when it is an absolute path.
pub const XDG_STATE_HOME: &str = "XDG_STATE_HOME";
/// The user's folder: state is kept below it otherwise.
pub const HOME: &str = "HOME";
/// Who runs this, for the lock of a deployment; then `LOGNAME`.
pub const USER: &str = "USER";
pub const LOGNAME: &str = "LOGNAME";
/// The machine's name, where the system does not tell it.
pub const HOSTNAME: &str = "HOSTNAME";
/// Seconds since 1970 that all times in an image are, as reproducible builds have it.
pub const SOURCE_DATE_EPOCH: &str = "SOURCE_DATE_EPOCH";
/// The token for Hugging Face that `llmd secret hf-token` stores.
pub const HF_TOKEN: &str = "HF_TOKEN";
/// The folder of Docker's `config.json`, which holds credentials for registries.
pub const DOCKER_CONFIG: &str = "DOCKER_CONFIG";
