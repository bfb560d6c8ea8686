//! Where the trees of a run are, and what its commands and agents get.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use pipemason_core::domain::Unit;
use pipemason_core::hash::ContentHash;
use pipemason_core::id::RunId;
use pipemason_core::phase::Phase;
use pipemason_gates::{Environment, Place, Progress};
use tokio_util::sync::CancellationToken;

use super::{Site, Told, WorkError, Workshop};
use crate::files::{FileError, make_folder};

/// Returns the folder of all trees of a run: outside of the user's checkout, so that no tool finds its files by looking
/// upward.
pub(crate) fn trees_of(trees: &Path, site: &Site, run: RunId) -> PathBuf {
    let git = site.user.common_git_dir();
    let name = site.user.work_tree().file_name().unwrap_or_default().to_string_lossy().into_owned();
    let hash = ContentHash::of(git.as_os_str().as_encoded_bytes()).short();
    trees.join(format!("{name}-{hash}")).join(run.to_string())
}

/// Variables of the user that say where toolchains are; none of them is a secret.
const TOOLCHAINS: [&str; 8] =
    ["CARGO_HOME", "RUSTUP_HOME", "RUSTUP_TOOLCHAIN", "GOPATH", "GOROOT", "JAVA_HOME", "NVM_DIR", "PYENV_ROOT"];

impl Workshop {
    /// Returns the place where the gates of `unit` run, in `tree`.
    pub(crate) fn place(
        &self,
        tree: &Path,
        phase: Phase,
        unit: Option<&Unit>,
        time: Duration,
        stop: &CancellationToken,
    ) -> Result<Place, WorkError> {
        let (home, temporary) = (self.trees.join("gate-home"), self.trees.join("gate-tmp"));
        make_folder(&home)?;
        make_folder(&temporary)?;
        let host = |name: &str| self.settings.environment.get(std::ffi::OsStr::new(name));
        let path = host("PATH").cloned().unwrap_or_default();
        let mut environment = Environment::clean(&home, &temporary, &path);
        for (name, value) in TOOLCHAINS.into_iter().filter_map(|name| Some((name, host(name)?))) {
            environment = environment.with(name, value);
        }
        // Toolchains that are found by the home of the user are so still.
        if let Some(user_home) = host("HOME") {
            for (name, folder) in [("CARGO_HOME", ".cargo"), ("RUSTUP_HOME", ".rustup")] {
                let folder = Path::new(user_home).join(folder);
                if host(name).is_none() && folder.is_dir() {
                    environment = environment.with(name, folder);
                }
            }
        }
        let failed = |error| FileError::new(tree, "entered", error);
        let mut place = Place::new(tree, phase, environment, time).map_err(failed)?;
        place.unit = unit.cloned();
        place.records = self.folder.view();
        place.redactor = self.redactor.clone();
        place.stop = stop.clone();
        let teller = Arc::clone(&self.teller);
        place.watch = Arc::new(move |progress| teller(told(progress)));
        let project = self.project();
        let service = unit.and_then(|unit| {
            let is_it = |name: &pipemason_core::config::ServiceName, domain| name.unit(domain) == *unit;
            project.config.services.iter().find(|(name, service)| is_it(name, service.domain))
        });
        Ok(match service {
            Some((_, service)) => place.in_service(&service.path),
            None => place,
        })
    }
}

fn told(progress: Progress<'_>) -> Told {
    match progress {
        Progress::Started { check, line } => {
            Told::Command { check: check.to_owned(), line: line.to_owned(), ended: None }
        }
        Progress::Ended { check, line, exit, duration } => {
            let ended = format!("{exit:?} after {:.1} s", duration.as_secs_f64());
            Told::Command { check: check.to_owned(), line: line.to_owned(), ended: Some(ended) }
        }
    }
}
