//! An image as a folder: the OCI image layout, version 1.0.0.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use bytes::Bytes;
use oci_spec::image::{Descriptor, ImageIndex, ImageIndexBuilder, MediaType, OciLayoutBuilder};

use super::blob::{self, Blob};
use super::{Image, Program};
use crate::{Exit, Failure};

/// A file of a layout: its path below the folder, and what is in it.
pub(super) type LayoutFile = (String, Bytes);

/// Every file of an image's layout; `annotate` adds to the image's entry in the index.
pub(super) fn files(image: &Image, annotations: &[(&str, &str)]) -> Result<Vec<LayoutFile>, Failure> {
    let failed = |error| Failure::new(Exit::Failed, error);
    let mut descriptor = image.manifest.descriptor()?;
    let annotations = annotations.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned()));
    descriptor.set_annotations(Some(annotations.collect()));
    let index = ImageIndexBuilder::default()
        .schema_version(2u32)
        .media_type(MediaType::ImageIndex)
        .manifests(vec![descriptor])
        .build()
        .map_err(failed)?;
    let layout = OciLayoutBuilder::default().image_layout_version("1.0.0").build().map_err(failed)?;
    let mut files = vec![
        ("oci-layout".to_owned(), blob::canonical(&layout)?.into()),
        ("index.json".to_owned(), blob::canonical(&index)?.into()),
    ];
    let blobs = image.blobs().chain([&image.manifest]);
    files.extend(blobs.map(|blob| (blob_path(&blob.digest), blob.content.clone())));
    Ok(files)
}

/// Where a blob is in a layout.
pub(super) fn blob_path(digest: &str) -> String {
    format!("blobs/{}", digest.replace(':', "/"))
}

/// Writes an image into a folder, in the place of what is there. Only a layout is replaced: any other folder with
/// something in it is refused.
///
/// # Errors
/// Where the folder is not one of these, or cannot be written.
pub fn write(image: &Image, program: Program, folder: &Path) -> Result<(), Failure> {
    if !may_replace(folder).map_err(|error| unwritten(folder, &error))? {
        return Err(Failure::usage(format!("{} holds something that is no image", folder.display()))
            .hint("name an empty folder, or one that does not exist yet"));
    }
    let parent =
        folder.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
    let name = folder.file_name().unwrap_or_default().to_string_lossy();
    let draft = parent.join(format!(".{name}-{}", std::process::id()));
    let write = || -> std::io::Result<()> {
        remove(&draft)?;
        for (path, content) in files(image, &[("org.opencontainers.image.ref.name", program.image_name())])
            .map_err(|failure| std::io::Error::other(failure.error))?
        {
            let path = draft.join(path);
            fs::create_dir_all(path.parent().unwrap_or(&draft))?;
            fs::write(path, content)?;
        }
        remove(folder)?;
        fs::rename(&draft, folder)
    };
    write().map_err(|error| {
        // What is half written is of no use, and the failure is said already.
        let _ = remove(&draft);
        unwritten(folder, &error)
    })
}

fn may_replace(folder: &Path) -> std::io::Result<bool> {
    match fs::read_dir(folder) {
        Ok(mut entries) => Ok(folder.join("oci-layout").is_file() || entries.next().is_none()),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(true),
        Err(error) => Err(error),
    }
}

fn remove(folder: &Path) -> std::io::Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

fn unwritten(folder: &Path, error: &std::io::Error) -> Failure {
    Failure::message(Exit::Failed, format!("failed to write the image to {}: {error}", folder.display()))
}

/// Reads the one image of a layout; none where there is no layout.
///
/// # Errors
/// Where a file is missing, or is not what its digest and size promise.
pub fn read(folder: &Path) -> Result<Option<Image>, Failure> {
    if !folder.join("oci-layout").is_file() {
        return Ok(None);
    }
    let spoilt = |path: PathBuf, why: String| {
        Failure::message(
            Exit::Failed,
            format!("the image in {} is spoilt: {}: {why}", folder.display(), path.display()),
        )
        .hint("build it anew: llmd image build")
    };
    let get = |path: PathBuf| -> Result<Bytes, Failure> {
        fs::read(folder.join(&path)).map(Bytes::from).map_err(|error| spoilt(path, error.to_string()))
    };
    let index = ImageIndex::from_reader(get("index.json".into())?.as_ref())
        .map_err(|error| spoilt("index.json".into(), error.to_string()))?;
    let [descriptor] = index.manifests().as_slice() else {
        return Err(spoilt("index.json".into(), "one image is wanted in it".to_owned()));
    };
    let blob = |descriptor: &Descriptor| -> Result<Blob, Failure> {
        let path = PathBuf::from(blob_path(descriptor.digest().as_ref()));
        let blob = Blob::new(descriptor.media_type().clone(), get(path.clone())?);
        let is_right = blob.digest == descriptor.digest().as_ref() && blob.size() == descriptor.size();
        if is_right {
            Ok(blob)
        } else {
            Err(spoilt(path, "its content is not what its name says".to_owned()))
        }
    };
    let manifest = blob(descriptor)?;
    let parts = Image::parse_manifest(&manifest.content)?;
    let layers = parts.layers().iter().map(&blob).collect::<Result<_, _>>()?;
    Ok(Some(Image { config: blob(parts.config())?, layers, manifest }))
}

#[cfg(test)]
mod tests;
