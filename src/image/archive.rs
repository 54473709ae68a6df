//! An image as one file, for machines without a registry: `docker load`, `podman load` and `ctr images import` take it.

use std::fs::File;
use std::io::{self, BufWriter, Write as _};
use std::path::Path;

use serde_json::json;
use tar::{EntryType, Header};

use super::{Image, blob, layout};
use crate::{Exit, Failure, draft};

/// Writes the layout as a tar file, with the `manifest.json` by which Docker before version 25 finds its way.
///
/// # Errors
/// Where the file cannot be written.
pub fn save(image: &Image, reference: &str, path: &Path) -> Result<(), Failure> {
    let failed = |error: io::Error| {
        Failure::message(Exit::Failed, format!("failed to write {}: {error}", path.display()))
    };
    let tag = reference.rsplit_once(':').map_or("latest", |(_, tag)| tag);
    // containerd reads the first, podman and skopeo the second.
    let names = [("io.containerd.image.name", reference), ("org.opencontainers.image.ref.name", tag)];
    let mut files = layout::files(image, &names)?;
    let layers: Vec<String> = image.layers.iter().map(|layer| layout::blob_path(&layer.digest)).collect();
    let docker = json!([{
        "Config": layout::blob_path(&image.config.digest),
        "Layers": layers,
        "RepoTags": [reference],
    }]);
    files.push(("manifest.json".to_owned(), blob::canonical(&docker)?.into()));
    draft::replace(path, draft::PUBLIC, |file| pack(&files, file)).map_err(failed)
}

fn pack(files: &[layout::LayoutFile], output: &mut File) -> io::Result<()> {
    let mut tar = tar::Builder::new(BufWriter::new(output));
    for (name, content) in files {
        let mut header = Header::new_ustar();
        header.set_entry_type(EntryType::Regular);
        header.set_mode(0o644);
        header.set_size(content.len() as u64);
        header.set_mtime(0);
        header.set_uid(0);
        header.set_gid(0);
        tar.append_data(&mut header, name, content.as_ref())?;
    }
    tar.into_inner()?.flush()
}
