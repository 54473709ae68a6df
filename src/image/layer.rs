//! The one layer of an image: a compressed tar file that depends on what is in it alone.

use std::io::{self, Write as _};

use flate2::{Compression, GzBuilder};
use tar::{EntryType, Header};

/// A file of a layer.
pub(super) struct File<'a> {
    /// Below the root, without a slash at its start.
    pub(super) path: &'a str,
    pub(super) mode: u32,
    pub(super) content: &'a [u8],
}

/// A layer, packed and as its digest in the configuration wants it.
pub(super) struct Layer {
    pub(super) tar: Vec<u8>,
    pub(super) gzip: Vec<u8>,
}

/// Packs files that belong to root, all of one time (seconds since 1970).
pub(super) fn pack(files: &[File<'_>], time: u64) -> io::Result<Layer> {
    let mut tar = tar::Builder::new(Vec::new());
    for file in files {
        let mut header = Header::new_ustar();
        header.set_entry_type(EntryType::Regular);
        header.set_mode(file.mode);
        header.set_uid(0);
        header.set_gid(0);
        header.set_mtime(time);
        header.set_size(file.content.len() as u64);
        tar.append_data(&mut header, file.path, file.content)?;
    }
    let tar = tar.into_inner()?;
    // 255 is RFC 1952's word for a system that is not known.
    let mut encoder =
        GzBuilder::new().mtime(0).operating_system(255).write(Vec::new(), Compression::default());
    encoder.write_all(&tar)?;
    Ok(Layer { gzip: encoder.finish()?, tar })
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;

    #[test]
    fn a_layer_holds_files_of_root_and_one_time() {
        let files = [File { path: "scheduler", mode: 0o755, content: b"program" }];
        let layer = pack(&files, 7).unwrap();
        let mut unpacked = Vec::new();
        flate2::read::GzDecoder::new(layer.gzip.as_slice()).read_to_end(&mut unpacked).unwrap();
        assert_eq!(unpacked, layer.tar);
        let mut archive = tar::Archive::new(unpacked.as_slice());
        let mut entries = archive.entries().unwrap();
        let mut entry = entries.next().unwrap().unwrap();
        let header = entry.header();
        assert_eq!(header.path().unwrap().to_str(), Some("scheduler"));
        assert_eq!((header.mode().unwrap(), header.uid().unwrap(), header.gid().unwrap()), (0o755, 0, 0));
        assert_eq!(header.mtime().unwrap(), 7);
        let mut content = String::new();
        entry.read_to_string(&mut content).unwrap();
        assert_eq!(content, "program");
        assert!(entries.next().is_none());
    }

    #[test]
    fn the_same_files_give_the_same_bytes() {
        let pack = || pack(&[File { path: "a", mode: 0o644, content: b"x" }], 0).unwrap().gzip;
        let layer = pack();
        assert_eq!(layer, pack());
        // No time and no system in the header.
        assert_eq!(layer[4..10], [0, 0, 0, 0, 0, 255]);
    }
}
