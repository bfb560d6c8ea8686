//! A turn together with its report: asks until `.pipeline/out/<phase>[.<unit>].json` can be read, or gives up.
//!
//! A report is never evidence. It is read because it is how an agent asks, objects and reviews.

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use pipemason_core::run::{CostSource, TurnOutcome, Usage};
use pipemason_core::turn_output::{self, MAX_BYTES, TurnOutput};
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;

use crate::driver::{Bounds, Driver, Meta, Stop, Talk, Times, TurnEnd, TurnRequest};
use crate::error::AgentError;

/// How often a better report is asked for. Each time counts as an iteration.
const MAX_REPAIRS: u32 = 2;

/// A turn with its report.
#[derive(Debug)]
pub struct Reported {
    pub output: Result<TurnOutput, NoReport>,
    /// What all its prompts used together.
    pub usage: Usage,
    /// How well the least known part of `usage` is known.
    pub cost_source: CostSource,
    /// Extra prompts that asked for a better report.
    pub repairs: u32,
    /// The last that the agent said.
    pub words: String,
    pub duration: Duration,
}

/// Why there is no report.
#[derive(Debug, thiserror::Error)]
pub enum NoReport {
    #[error(transparent)]
    Agent(AgentError),
    #[error("`{}` cannot be read, though a better one was asked for: {}", path.display(), errors.join("; "))]
    Unreadable { path: PathBuf, errors: Vec<String> },
}

impl NoReport {
    /// Returns how the turn ended for the run; nothing where it was stopped from outside.
    pub fn outcome(&self) -> Option<TurnOutcome> {
        match self {
            Self::Agent(error) => error.outcome(),
            Self::Unreadable { .. } => Some(TurnOutcome::Failed),
        }
    }
}

/// Takes a turn in `tree` and reads its report. A failing provider is asked again after a while; a report that cannot be
/// read is asked for again. All of that happens within the bounds of the one turn.
pub async fn take_turn(
    driver: &mut dyn Driver,
    request: &TurnRequest<'_>,
    tree: &Path,
    times: &Times,
    stop: &CancellationToken,
) -> Reported {
    let begun = Instant::now();
    let file = Path::new(".pipeline").join(turn_output::path(request.meta.phase, request.meta.unit.as_ref()));
    let mut so_far = SoFar::default();
    let result = match forget(tree, &file) {
        Ok(()) => so_far.ask(driver, request, &Asking { tree, file: &file, times, begun }, stop).await,
        Err(error) => Err(NoReport::Unreadable { path: file, errors: vec![error.to_string()] }),
    };
    let SoFar { usage, cost_source, repairs, words, steps: _ } = so_far;
    Reported { output: result, usage, cost_source, repairs, words, duration: begun.elapsed() }
}

/// What does not change from prompt to prompt.
struct Asking<'a> {
    tree: &'a Path,
    file: &'a Path,
    times: &'a Times,
    begun: Instant,
}

/// What all prompts of the turn used so far.
struct SoFar {
    usage: Usage,
    cost_source: CostSource,
    repairs: u32,
    steps: u32,
    words: String,
}

impl Default for SoFar {
    fn default() -> Self {
        let usage = Usage { usd: Some(pipemason_core::money::Usd::ZERO), ..Usage::default() };
        Self { usage, cost_source: CostSource::Metered, repairs: 0, steps: 0, words: String::new() }
    }
}

impl SoFar {
    async fn ask(
        &mut self,
        driver: &mut dyn Driver,
        request: &TurnRequest<'_>,
        asking: &Asking<'_>,
        stop: &CancellationToken,
    ) -> Result<TurnOutput, NoReport> {
        let mut pauses = asking.times.provider.iter();
        let mut prompt = request.prompt.to_owned();
        let mut meta = request.meta.clone();
        let mut talk = request.talk;
        loop {
            let bounds = self.left(request.bounds, asking.begun);
            let end = driver.turn(&TurnRequest { prompt: &prompt, meta: &meta, talk, bounds }, stop).await;
            talk = Talk::Continued;
            let stopped = match self.count(end) {
                Ok(stopped) => stopped,
                Err(error) => {
                    let pause = pauses.next().filter(|_| error.may_be_tried_again());
                    let left = request.bounds.time.saturating_sub(asking.begun.elapsed());
                    let Some(pause) = pause.filter(|pause| **pause < left) else { return Err(NoReport::Agent(error)) };
                    // Who stops meanwhile is answered by the next turn.
                    let _slept = stop.run_until_cancelled(sleep(*pause)).await;
                    continue;
                }
            };
            let errors = match read(asking.tree, asking.file) {
                Ok(output) => return Ok(output),
                Err(errors) => errors,
            };
            if self.repairs == MAX_REPAIRS || stopped == Stop::Refusal {
                return Err(NoReport::Unreadable { path: asking.file.to_owned(), errors });
            }
            self.repairs += 1;
            meta = Meta { repair: self.repairs, ..meta };
            let repair = repair_prompt(asking.file, &errors);
            prompt = if driver.remembers() { repair } else { format!("{}\n\n{repair}", request.prompt) };
        }
    }

    fn count(&mut self, end: TurnEnd) -> Result<Stop, AgentError> {
        let TurnEnd { ending, usage, cost_source, words, steps, duration: _ } = end;
        self.usage.tokens_in = self.usage.tokens_in.saturating_add(usage.tokens_in);
        self.usage.tokens_out = self.usage.tokens_out.saturating_add(usage.tokens_out);
        self.usage.usd = self.usage.usd.zip(usage.usd).map(|(sum, more)| sum.plus(more));
        self.cost_source = self.cost_source.max(cost_source);
        self.steps = self.steps.saturating_add(steps);
        self.words = words;
        ending
    }

    /// Returns what of `bounds` is left.
    fn left(&self, bounds: Bounds, begun: Instant) -> Bounds {
        let Usage { tokens_in, tokens_out, usd } = self.usage;
        Bounds {
            time: bounds.time.saturating_sub(begun.elapsed()),
            silence: bounds.silence,
            usd: bounds.usd.minus(usd.unwrap_or_default()),
            tokens: bounds.tokens.saturating_sub(tokens_in.saturating_add(tokens_out)),
            steps: bounds.steps.saturating_sub(self.steps),
        }
    }
}

/// Returns the prompt that asks for a better report.
fn repair_prompt(file: &Path, errors: &[String]) -> String {
    format!(
        "Your turn has to end with the file `{}`, and it cannot be read:\n\n- {}\n\n\
         Write the whole file again, as one JSON object of the shape that you were given. Change nothing else.\n",
        file.display(),
        errors.join("\n- ")
    )
}

/// Removes what an earlier turn left, so that nobody takes it for the report of this one.
fn forget(tree: &Path, file: &Path) -> io::Result<()> {
    let Some(path) = inside(tree, file)? else { return Ok(()) };
    match fs::symlink_metadata(&path) {
        Ok(found) if found.is_dir() => fs::remove_dir_all(&path),
        Ok(_) => fs::remove_file(&path),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
    }
}

/// Returns the real path of `file`, if its folder is there; it is an error if links lead out of the tree.
fn inside(tree: &Path, file: &Path) -> io::Result<Option<PathBuf>> {
    let (Some(folder), Some(name)) = (file.parent(), file.file_name()) else { return Ok(None) };
    match tree.join(folder).canonicalize() {
        Ok(folder) if folder.starts_with(tree.canonicalize()?) => Ok(Some(folder.join(name))),
        Ok(_) => Err(io::Error::other(format!("{} leads out of the tree", folder.display()))),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Reads the report, or says what is wrong with it.
fn read(tree: &Path, file: &Path) -> Result<TurnOutput, Vec<String>> {
    let text = text_of(tree, file).map_err(|error| vec![format!("the file: {error}")])?;
    turn_output::read(&text).map_err(|errors| errors.iter().map(ToString::to_string).collect())
}

fn text_of(tree: &Path, file: &Path) -> io::Result<String> {
    let missing = || io::Error::new(io::ErrorKind::NotFound, "it is not there");
    let path = inside(tree, file)?.ok_or_else(missing)?;
    let file = open(&path).map_err(|error| if error.kind() == io::ErrorKind::NotFound { missing() } else { error })?;
    if !file.metadata()?.is_file() {
        return Err(io::Error::other("it is not a plain file"));
    }
    let mut bytes = Vec::new();
    // One more than is read tells that there is more.
    file.take(MAX_BYTES as u64 + 1).read_to_end(&mut bytes)?;
    String::from_utf8(bytes).map_err(|_| io::Error::other("it is not UTF-8 text"))
}

/// Opens a file without following a link and without waiting for whoever writes into a pipe.
#[cfg(unix)]
fn open(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt as _;

    use rustix::fs::OFlags;

    let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
    File::options().read(true).custom_flags(flags.bits().cast_signed()).open(path)
}

#[cfg(not(unix))]
fn open(path: &Path) -> io::Result<File> {
    File::open(path)
}
