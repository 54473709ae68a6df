//! An image: a layer, a configuration and the manifest that names them.

use std::collections::HashMap;

use oci_spec::image::{
    Arch, ConfigBuilder, ImageConfigurationBuilder, ImageManifest, ImageManifestBuilder, MediaType, Os,
    RootFsBuilder,
};

use super::blob::{self, Blob};
use super::layer::{self, File};
use super::{Architecture, Binary, Program, sbom};
use crate::{Exit, Failure};

/// Nobody in particular; the number that distroless images have made common.
const USER: &str = "65532:65532";
/// Where the list of crates lies in an image.
pub(super) const SBOM: &str = "sbom.cdx.json";

/// What an image says of itself beside what it is.
#[derive(Clone, Debug, Default)]
pub struct Labels {
    /// The commit that the binary was built from.
    pub revision: Option<String>,
    /// Where its source is.
    pub source: Option<String>,
    /// Seconds since 1970 that all times in the image are.
    pub time: u64,
}

/// A whole image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Image {
    pub manifest: Blob,
    pub config: Blob,
    pub layers: Vec<Blob>,
}

impl Image {
    /// Packs a binary. The same binary and labels give the same image, bit for bit.
    ///
    /// # Errors
    /// None that a caller can cause; the types of the crates have it so.
    pub fn of(program: Program, binary: &Binary, labels: &Labels) -> Result<Self, Failure> {
        let sbom = blob::canonical(&sbom::cyclone_dx(program))?;
        let files = [
            File { path: program.name(), mode: 0o755, content: &binary.content },
            File { path: SBOM, mode: 0o644, content: &sbom },
        ];
        let layer = layer::pack(&files, labels.time).map_err(|error| Failure::new(Exit::Failed, error))?;
        let annotations = annotations(program, labels)?;
        let diff_id = blob::sha256(&layer.tar);
        let config = config(program, binary.architecture, diff_id, &annotations)
            .map_err(|error| Failure::new(Exit::Failed, error))?;
        let config = Blob::json(MediaType::ImageConfig, &config)?;
        let layer = Blob::new(MediaType::ImageLayerGzip, layer.gzip);
        let manifest = ImageManifestBuilder::default()
            .schema_version(2u32)
            .media_type(MediaType::ImageManifest)
            .config(config.descriptor()?)
            .layers(vec![layer.descriptor()?])
            .annotations(annotations)
            .build()
            .map_err(|error| Failure::new(Exit::Failed, error))?;
        let manifest = Blob::json(MediaType::ImageManifest, &manifest)?;
        Ok(Self { manifest, config, layers: vec![layer] })
    }

    /// By which the image is known everywhere.
    pub fn digest(&self) -> &str {
        &self.manifest.digest
    }

    /// What a registry has to hold before the manifest.
    pub fn blobs(&self) -> impl Iterator<Item = &Blob> {
        self.layers.iter().chain([&self.config])
    }

    /// Bytes of all that is sent or written.
    pub fn size(&self) -> u64 {
        self.blobs().map(Blob::size).sum::<u64>() + self.manifest.size()
    }

    /// The manifest, read.
    pub(super) fn parse_manifest(content: &[u8]) -> Result<ImageManifest, Failure> {
        ImageManifest::from_reader(content).map_err(|error| Failure::new(Exit::Failed, error))
    }
}

fn annotations(program: Program, labels: &Labels) -> Result<HashMap<String, String>, Failure> {
    let key = |name: &str| format!("org.opencontainers.image.{name}");
    let mut annotations = HashMap::from([
        (key("title"), program.image_name().to_owned()),
        (key("description"), program.description().to_owned()),
        (key("version"), env!("CARGO_PKG_VERSION").to_owned()),
        (key("licenses"), env!("CARGO_PKG_LICENSE").to_owned()),
        (key("created"), time(labels)?),
        ("llmd.sbom".to_owned(), format!("/{SBOM}")),
    ]);
    let given = [("revision", &labels.revision), ("source", &labels.source)];
    annotations.extend(given.into_iter().filter_map(|(name, value)| Some((key(name), value.clone()?))));
    Ok(annotations)
}

fn time(labels: &Labels) -> Result<String, Failure> {
    let seconds = i64::try_from(labels.time).ok().and_then(|time| jiff::Timestamp::from_second(time).ok());
    seconds
        .map(|time| time.to_string())
        .ok_or_else(|| Failure::usage(format!("SOURCE_DATE_EPOCH is {}, which no calendar has", labels.time)))
}

fn config(
    program: Program,
    architecture: Architecture,
    diff_id: String,
    annotations: &HashMap<String, String>,
) -> Result<oci_spec::image::ImageConfiguration, oci_spec::OciSpecError> {
    let ports: Vec<String> = program.ports().iter().map(|port| format!("{port}/tcp")).collect();
    let mut config = ConfigBuilder::default()
        .user(USER)
        .entrypoint(vec![format!("/{program}")])
        .labels(annotations.clone());
    if !ports.is_empty() {
        config = config.exposed_ports(ports);
    }
    let created = annotations.get("org.opencontainers.image.created").cloned().unwrap_or_default();
    ImageConfigurationBuilder::default()
        .created(created)
        .architecture(match architecture {
            Architecture::Amd64 => Arch::Amd64,
            Architecture::Arm64 => Arch::ARM64,
        })
        .os(Os::Linux)
        .config(config.build()?)
        .rootfs(RootFsBuilder::default().typ("layers").diff_ids(vec![diff_id]).build()?)
        .history(Vec::new())
        .build()
}
