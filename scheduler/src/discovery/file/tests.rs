use std::fs;
use std::os::unix::fs::symlink;

use tempfile::TempDir;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::*;

const A: &str = "endpoints: [{name: a, address: 10.0.0.1, port: 8000}]";
const B: &str = "endpoints: [{name: b, address: 10.0.0.2, port: 8000}]";
const BROKEN: &str = "endpoints: [{name: b, address: 10.0.0.2, port: none}]";

/// A watched file and what became of it in the datastore.
struct Site {
    folder: TempDir,
    datastore: Arc<Datastore>,
    changes: watch::Receiver<u64>,
    stop: CancellationToken,
    task: JoinHandle<Result<(), FileError>>,
}

impl Site {
    fn path(folder: &TempDir) -> PathBuf {
        folder.path().join("endpoints.yaml")
    }

    /// Starts on a folder in which the file is already.
    async fn start(folder: TempDir, watch: Option<Duration>) -> Self {
        let datastore = Arc::new(Datastore::default());
        let mut changes = datastore.subscribe();
        let stop = CancellationToken::new();
        let source = FileSource { path: Self::path(&folder), watch };
        let task = tokio::spawn(run(source, Arc::clone(&datastore), stop.clone()));
        changes.changed().await.unwrap();
        Self { folder, datastore, changes, stop, task }
    }

    async fn with(text: &str) -> Self {
        let folder = TempDir::new().unwrap();
        fs::write(Self::path(&folder), text).unwrap();
        Self::start(folder, Some(Duration::from_millis(1))).await
    }

    fn names(&self) -> Vec<String> {
        self.datastore.snapshot().endpoints.iter().map(|one| one.spec.name.clone()).collect()
    }

    /// Waits for the next change of the endpoints.
    async fn changed(&mut self) -> Vec<String> {
        self.changes.changed().await.unwrap();
        self.names()
    }

    async fn stop(self) {
        self.stop.cancel();
        self.task.await.unwrap().unwrap();
    }
}

#[tokio::test]
async fn the_file_is_read_and_synced() {
    let site = Site::with(A).await;
    assert_eq!(site.names(), ["a"]);
    let mut spins = 0;
    while !site.datastore.snapshot().synced {
        spins += 1;
        assert!(spins < 10_000, "never synced");
        tokio::task::yield_now().await;
    }
    site.stop().await;
}

#[tokio::test]
async fn a_change_in_place_and_a_new_file_are_seen() {
    let mut site = Site::with(A).await;
    fs::write(Site::path(&site.folder), B).unwrap();
    assert_eq!(site.changed().await, ["b"]);
    let draft = site.folder.path().join("draft");
    fs::write(&draft, A).unwrap();
    fs::rename(&draft, Site::path(&site.folder)).unwrap();
    assert_eq!(site.changed().await, ["a"]);
    site.stop().await;
}

/// How the kubelet swaps the files of a ConfigMap: file → ..data/file, ..data → ..1/ and then ..2/.
#[tokio::test]
async fn a_swapped_link_is_seen() {
    let folder = TempDir::new().unwrap();
    let path = |name: &str| folder.path().join(name);
    for (version, text) in [("..1", A), ("..2", B)] {
        fs::create_dir(path(version)).unwrap();
        fs::write(path(version).join("endpoints.yaml"), text).unwrap();
    }
    symlink("..1", path("..data")).unwrap();
    symlink("..data/endpoints.yaml", path("endpoints.yaml")).unwrap();
    let (next, data) = (path("..data_tmp"), path("..data"));
    let mut site = Site::start(folder, Some(Duration::from_millis(1))).await;
    assert_eq!(site.names(), ["a"]);
    symlink("..2", &next).unwrap();
    fs::rename(&next, &data).unwrap();
    assert_eq!(site.changed().await, ["b"]);
    site.stop().await;
}

#[tokio::test]
async fn content_is_taken_when_it_stays_and_a_broken_one_keeps_the_endpoints() {
    let folder = TempDir::new().unwrap();
    let path = Site::path(&folder);
    let mut file = Watched { path: &path, taken: A.into(), seen: None, is_gone: false };
    let names = |found: Option<Vec<EndpointSpec>>| {
        found.map(|endpoints| endpoints.into_iter().map(|one| one.name).collect::<Vec<_>>())
    };
    assert_eq!(names(file.look().await), None, "there is no file");
    fs::write(&path, B).unwrap();
    assert_eq!(names(file.look().await), None, "it may be half written");
    assert_eq!(names(file.look().await), Some(vec!["b".to_owned()]));
    assert_eq!(names(file.look().await), None, "it has not changed");
    for text in [BROKEN, "\u{0}", ""] {
        fs::write(&path, text).unwrap();
        for _ in 0..3 {
            assert_eq!(names(file.look().await), None, "{text:?} is broken");
        }
    }
    fs::write(&path, B).unwrap();
    assert_eq!(names(file.look().await), None);
    assert_eq!(names(file.look().await), Some(vec!["b".to_owned()]), "what was before the broken one");
}

#[tokio::test]
async fn without_watching_the_file_is_read_once() {
    let folder = TempDir::new().unwrap();
    fs::write(Site::path(&folder), A).unwrap();
    let site = Site::start(folder, None).await;
    fs::remove_file(Site::path(&site.folder)).unwrap();
    site.stop().await;
}

#[tokio::test]
async fn a_file_that_cannot_be_used_at_the_start_is_an_error() {
    let folder = TempDir::new().unwrap();
    let path = Site::path(&folder);
    let source = FileSource { path: path.clone(), watch: None };
    let failure = async || {
        let datastore = Arc::new(Datastore::default());
        let error = run(source.clone(), Arc::clone(&datastore), CancellationToken::new()).await.unwrap_err();
        assert!(!datastore.snapshot().synced);
        error
    };
    assert!(matches!(failure().await, FileError::Read { .. }));
    fs::write(&path, vec![b' '; MAX_BYTES + 1]).unwrap();
    assert!(matches!(failure().await, FileError::TooLong { .. }));
    fs::write(&path, b"endpoints:\n\xff").unwrap();
    assert!(failure().await.to_string().contains("endpoints.yaml:2:1: this is no UTF-8"));
    fs::write(&path, BROKEN).unwrap();
    let text = failure().await.to_string();
    assert!(text.contains("endpoints.yaml:1:") && text.contains("no port"), "{text}");
}
