//! What a repository says about itself: configuration, patterns and paths.

use std::collections::BTreeSet;

use pipemason_core::config::{self, CommandKind, Config, FileFacts, Overrides, Problem, VARIABLES, detect_commands};
use pipemason_core::glob::{Glob, MAX_GLOB_BYTES};
use pipemason_core::paths::{PathRole, PathRules};

use super::{PARTER, Promise, Target, is_in_text, lines_of, parts, promise, reference_glob, seeds, text};

pub(super) const CONFIG: Target = Target { name: "config", seeds: || seeds::of(seeds::CONFIGS), run: run_config };

fn run_config(input: &[u8]) -> Promise {
    let text = text(input);
    let read = config::read_config(&text);
    promise(read == config::read_config(&text), || "the same text is read in two ways".to_owned())?;
    match read {
        Ok(loaded) => {
            let policy = loaded.config.policy(None);
            promise(policy == loaded.config.policy(None), || "one configuration, two policies".to_owned())?;
            loaded.warnings.iter().try_for_each(|warning| check_problem(warning, &text))
        }
        Err(error) => {
            promise(!error.errors.is_empty(), || "refused without an error".to_owned())?;
            error.errors.iter().chain(&error.warnings).try_for_each(|problem| check_problem(problem, &text))
        }
    }
}

fn check_problem(problem: &Problem, text: &str) -> Promise {
    let line = u64::try_from(problem.line).unwrap_or(u64::MAX);
    is_in_text(&problem.message, line, lines_of(text))?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text).replace("\r\n", "\n");
    let longest = text.split(['\n', '\r']).nth(problem.line - 1).unwrap_or_default().chars().count();
    promise((1..=longest + 1).contains(&problem.column), || {
        format!("{:?} is said to be in column {} of {longest}", problem.message, problem.column)
    })?;
    let shown = problem.to_string();
    let is_printable = |character: char| character == '\n' || !character.is_control();
    promise(shown.chars().all(is_printable), || format!("{shown:?} moves the cursor of a terminal"))
}

pub(super) const OVERRIDES: Target =
    Target { name: "overrides", seeds: || seeds::of(seeds::ENVIRONMENTS), run: run_overrides };

/// A line `NAME=value` each; what is wrong is said, and never raises a limit.
fn run_overrides(input: &[u8]) -> Promise {
    let text = text(input);
    let pairs: Vec<(&str, &str)> = text.lines().filter_map(|line| line.split_once('=')).collect();
    match Overrides::from_environment(pairs.iter().copied()) {
        Ok(overrides) => {
            let config = Config::default().overridden(overrides.clone());
            let again = config.clone().overridden(overrides);
            promise(config.policy(None) == again.policy(None), || "said twice it means something else".to_owned())
        }
        Err(errors) => errors.iter().try_for_each(|error| {
            let is_known = VARIABLES.iter().any(|variable| variable.name == error.name);
            let words = error.to_string();
            promise(is_known && !words.contains(char::is_control), || format!("{words:?} is not harmless"))
        }),
    }
}

pub(super) const DETECT: Target = Target { name: "detect", seeds: || seeds::of(seeds::BUILDS), run: run_detect };

/// The first text names the files; the others are theirs, in that order.
fn run_detect(input: &[u8]) -> Promise {
    let text = text(input);
    let mut texts = text.split(PARTER);
    let names: BTreeSet<String> = texts.next().unwrap_or_default().lines().map(str::to_owned).collect();
    let described = names.iter().filter(|name| FileFacts::WANTED_TEXTS.contains(&name.as_str()));
    let texts = described.zip(texts).map(|(name, text)| (name.clone(), text.to_owned())).collect();
    let files = FileFacts { names, texts };
    let found = detect_commands(&files);
    promise(found == detect_commands(&files), || "the same files are read in two ways".to_owned())?;
    let kinds: BTreeSet<CommandKind> = found.commands.iter().map(|command| command.kind).collect();
    promise(kinds.len() == found.commands.len(), || "two commands of a kind".to_owned())?;
    for command in &found.commands {
        let is_line = !command.line.trim().is_empty() && !command.line.contains(char::is_control);
        promise(is_line, || format!("{:?} is no command line", command.line))?;
        promise(files.names.contains(&command.from), || format!("{:?} is no file", command.from))?;
    }
    let commands = found.to_commands();
    promise(commands.test.is_some() == kinds.contains(&CommandKind::Test), || "a command gets lost".to_owned())
}

pub(super) const GLOB: Target = Target { name: "glob", seeds: || seeds::of(seeds::GLOBS), run: run_glob };

fn run_glob(input: &[u8]) -> Promise {
    let text = text(input);
    let mut texts = parts(&text);
    let (pattern, path) = (texts.next().unwrap_or_default(), texts.next().unwrap_or_default());
    let Ok(glob) = Glob::parse(pattern) else { return Ok(()) };
    promise(pattern.len() <= MAX_GLOB_BYTES, || "a pattern beyond the limit was read".to_owned())?;
    for path in [path, "tests/a/b/c.rs", "a", ""] {
        let matches = glob.matches(path);
        promise(!matches || glob.matches_ignoring_case(path), || {
            format!("`{pattern}` covers {path:?} only as long as case matters")
        })?;
        let expected = reference_glob::matches(pattern, path).unwrap_or(matches);
        promise(matches == expected, || format!("`{pattern}` covers {path:?}: {matches}, and should: {expected}"))?;
    }
    Ok(())
}

pub(super) const PATHS: Target = Target { name: "paths", seeds: || seeds::of(seeds::PATHS), run: run_paths };

/// Longest path of which all spellings are tried.
const MAX_SPELLED_BYTES: usize = 300;

/// Every spelling that some file system takes for the same path has the same role.
fn run_paths(input: &[u8]) -> Promise {
    let text = text(input);
    let mut texts = parts(&text);
    let (path, pattern) = (texts.next().unwrap_or_default(), texts.next().unwrap_or_default());
    let protected: Vec<Glob> = Glob::parse(pattern).into_iter().collect();
    let (plain, more) = (PathRules::with_protected(&[]), PathRules::with_protected(&protected));
    let role = plain.role_of_path(path);
    let is_more = more.role_of_path(path) == role || more.role_of_path(path) == PathRole::Protected;
    promise(is_more, || format!("more protected paths make {path:?} less protected"))?;
    if path.len() > MAX_SPELLED_BYTES {
        return Ok(());
    }
    let climbs = format!("x/../{path}");
    promise(plain.role_of_path(&climbs) == PathRole::Protected, || format!("{climbs:?} is not protected"))?;
    for same in [
        path.to_ascii_uppercase(),
        path.to_ascii_lowercase(),
        format!("./{path}"),
        format!("{path}. "),
        path.replace('/', "//"),
        path.replace('/', "\\"),
        path.replace('/', "\u{200b}/./"),
    ] {
        promise(plain.role_of_path(&same) == role, || {
            format!("{path:?} is {role:?} and {same:?} is {:?}", plain.role_of_path(&same))
        })?;
    }
    Ok(())
}
