//! Files that appear whole: whoever looks meanwhile, or after a crash, sees the old one or the new one.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

/// The mode of a file that anybody may read, as far as the user's mask lets them.
pub const PUBLIC: u32 = 0o666;
/// The mode of a file that only its owner may read.
pub const PRIVATE: u32 = 0o600;

/// Writes a file through a draft beside it, which takes the file's place, and its own mode with it, once it is whole.
///
/// # Errors
/// Those of `write`, of the draft and of the folder; the file then is what it was, and no draft is left.
pub fn replace(path: &Path, mode: u32, write: impl FnOnce(&mut File) -> io::Result<()>) -> io::Result<()> {
    let mut name = OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(format!(".{}.draft", std::process::id()));
    let draft = path.with_file_name(name);
    // One that a killed process of the same number has left would keep its mode.
    let _ = fs::remove_file(&draft);
    let file = File::options().write(true).create_new(true).mode(mode).open(&draft);
    let written = file.and_then(|mut file| write(&mut file)).and_then(|()| fs::rename(&draft, path));
    if written.is_err() {
        // What is half written is of no use, and the failure is being told.
        let _ = fs::remove_file(&draft);
    }
    written
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn a_file_changes_whole_or_not_at_all() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        fs::write(&path, "old").unwrap();
        let failed = replace(&path, PRIVATE, |file| {
            file.write_all(b"half")?;
            Err(io::Error::other("the disk is full"))
        });
        assert_eq!(failed.unwrap_err().to_string(), "the disk is full");
        assert_eq!(fs::read_to_string(&path).unwrap(), "old");
        replace(&path, PRIVATE, |file| file.write_all(b"new")).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "new");
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, PRIVATE);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "no draft is left");
    }
}
