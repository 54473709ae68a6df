//! A page as a browser sees it.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use serde::Deserialize;
use tempfile::TempDir;
use test_support::tools::{BROWSER, Tool, Tools};

/// What the reader's system prefers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scheme {
    Light,
    Dark,
}

/// Headless Chromium.
pub(crate) struct Browser {
    program: PathBuf,
    folder: TempDir,
}

/// What was seen.
pub(crate) struct Opened {
    /// Everything that was said to the console.
    pub console: Vec<String>,
    /// The document after it was loaded, as HTML.
    pub document: String,
    /// A PNG.
    pub picture: Vec<u8>,
}

/// What the probe found out.
#[derive(Debug, Deserialize)]
pub(crate) struct Verdict {
    pub is_dark: bool,
    /// Wider than the window.
    pub overflows: bool,
    pub points: Vec<SeenPoint>,
    /// Text whose contrast to what is behind it is below 4.5, the bound of WCAG AA.
    pub faint: Vec<String>,
}

/// A marked element.
#[derive(Debug, Deserialize)]
pub(crate) struct SeenPoint {
    pub chart: String,
    pub series: String,
    /// One value, or several apart by spaces; empty where a bar has none.
    pub x: String,
    pub y: String,
    /// Whether it has an extent, lies within its picture and stands out from what is behind it (WCAG: 3).
    pub is_visible: bool,
}

/// Looks at the page as it is laid out and leaves what it saw in a comment.
const PROBE: &str = include_str!("probe.js");

impl Browser {
    /// None when there is none and the suite may be left out.
    pub(crate) fn find() -> Option<Self> {
        let tools = Tools::for_suite(&BROWSER)?;
        Some(Self { program: tools.path(Tool::Chromium), folder: tempfile::tempdir().unwrap() })
    }

    /// Opens a page as it is.
    pub(crate) fn open(&self, page: &str, scheme: Scheme, width: u32) -> Opened {
        let file = self.folder.path().join("page.html");
        let picture = self.folder.path().join("page.png");
        fs::write(&file, page).unwrap();
        let _ = fs::remove_file(&picture);
        let output = Command::new(&self.program)
            // It opens the tests' own pages only, and containers lack what its sandbox needs.
            .args(["--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--enable-logging=stderr", "--v=0"])
            .arg(format!("--user-data-dir={}", self.folder.path().join("profile").display()))
            .arg(format!("--window-size={width},2400"))
            .arg(format!("--blink-settings=preferredColorScheme={}", u8::from(scheme == Scheme::Light)))
            .arg("--dump-dom")
            .arg(format!("--screenshot={}", picture.display()))
            .arg(format!("file://{}", file.display()))
            .output()
            .unwrap();
        let log = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{log}");
        Opened {
            console: log.lines().filter(|line| line.contains(":CONSOLE:")).map(str::to_owned).collect(),
            document: String::from_utf8_lossy(&output.stdout).into_owned(),
            picture: fs::read(&picture).unwrap(),
        }
    }

    /// Opens a page with a script that looks at it. The page's own policy forbids scripts, so it is taken out.
    pub(crate) fn probe(&self, page: &str, scheme: Scheme, width: u32) -> Verdict {
        let probed = page
            .replace("http-equiv=\"Content-Security-Policy\"", "name=\"policy\"")
            .replace("</body>", &format!("<script>{PROBE}</script></body>"));
        assert_ne!(probed, page);
        let opened = self.open(&probed, scheme, width);
        assert_eq!(opened.console, Vec::<String>::new());
        let (_, rest) = opened.document.split_once("<!--verdict:").unwrap();
        let (verdict, _) = rest.split_once("-->").unwrap();
        serde_json::from_str(verdict).unwrap()
    }
}
