//! Short texts that become a type: each means the same when it is written again.

use std::fmt::Display;
use std::str::FromStr;

use pipemason_core::command::TypedHash;
use pipemason_core::config::{AgentVariable, HealthUrl, Name, RepoPath, ServiceName, Tokens, VariableName, Viewport};
use pipemason_core::domain::{Domain, Unit};
use pipemason_core::failure::FailureClass;
use pipemason_core::follow_ups_md::{FollowUpId, FollowUpStatus};
use pipemason_core::hash::{BlobHash, CommitSha, ContentHash, ObjectId, TreeHash};
use pipemason_core::id::{
    AssumptionId, BranchName, CriterionId, EpicId, EscalationId, ProgramId, QuestionId, RepoName, RunId, StoryId,
};
use pipemason_core::log::LogEvent;
use pipemason_core::money::Usd;
use pipemason_core::naming::BranchPattern;
use pipemason_core::phase::Phase;
use pipemason_core::report::TestName;
use pipemason_core::roadmap::{Risk, Size};
use pipemason_core::roadmap_md::RoadmapStatus;
use pipemason_core::run::Artifact;
use pipemason_core::status::RunStatus;
use pipemason_core::words::{Link, Marker, MarkerKey, Mention};

use super::{Promise, Target, promise, seeds, text};

pub(super) const NAMES: Target = Target { name: "names", seeds: || seeds::of(seeds::NAMES), run: run_names };

/// Longest refusal; it quotes the start of what was written.
const MAX_REFUSAL_CHARACTERS: usize = 300;

fn run_names(input: &[u8]) -> Promise {
    let text = text(input);
    for name in [&*text, text.trim(), text.lines().next().unwrap_or_default()] {
        check_vocabulary(name)?;
        check_settings(name)?;
    }
    Ok(())
}

fn check_vocabulary(text: &str) -> Promise {
    check::<RunId>(text)?;
    check::<ProgramId>(text)?;
    check::<StoryId>(text)?;
    check::<EpicId>(text)?;
    check::<CriterionId>(text)?;
    check::<QuestionId>(text)?;
    check::<AssumptionId>(text)?;
    check::<EscalationId>(text)?;
    check::<FollowUpId>(text)?;
    check::<FollowUpStatus>(text)?;
    check::<RepoName>(text)?;
    check::<BranchName>(text)?;
    check::<Domain>(text)?;
    check::<Unit>(text)?;
    check::<Phase>(text)?;
    check::<FailureClass>(text)?;
    check::<RunStatus>(text)?;
    check::<Artifact>(text)?;
    check::<LogEvent>(text)?;
    check::<Size>(text)?;
    check::<Risk>(text)?;
    check::<RoadmapStatus>(text)?;
    check::<ContentHash>(text)?;
    check::<ObjectId>(text)?;
    check::<CommitSha>(text)?;
    check::<TreeHash>(text)?;
    check::<BlobHash>(text)?;
    check::<TestName>(text)?;
    check::<Link>(text)?;
    check_mention(text)?;
    check_hash(text)?;
    check_amount(text)
}

fn check_settings(text: &str) -> Promise {
    check::<Name>(text)?;
    check::<ServiceName>(text)?;
    check::<VariableName>(text)?;
    check::<AgentVariable>(text)?;
    check::<HealthUrl>(text)?;
    check::<RepoPath>(text)?;
    check::<BranchPattern>(text)?;
    let is_in_bounds = |size: u32| (1..=100_000).contains(&size);
    let viewport = text.parse::<Viewport>();
    promise(viewport.is_err() || text.is_ascii() || text.contains('x'), || format!("{text:?} is a size"))?;
    if let Ok(viewport) = viewport {
        let (width, height) = (viewport.width.get(), viewport.height.get());
        promise(is_in_bounds(width) && is_in_bounds(height), || format!("{text:?} is {width} by {height}"))?;
    }
    let tokens = text.parse::<Tokens>().ok().map(|tokens| tokens.0.to_string());
    promise(tokens.is_none_or(|shown| shown == text.trim_start_matches('0')), || format!("{text:?} is another number"))
}

/// A name shows as one line of visible text, and reads back as itself.
fn check<T: FromStr<Err: Display> + Display + PartialEq>(text: &str) -> Promise {
    let what = std::any::type_name::<T>();
    match text.parse::<T>() {
        Ok(name) => {
            let shown = name.to_string();
            promise(shown.parse::<T>().is_ok_and(|again| again == name), || {
                format!("{what}: {text:?} shows as {shown:?}, which means something else")
            })
        }
        Err(error) => {
            let refusal = error.to_string();
            promise(refusal.chars().count() <= MAX_REFUSAL_CHARACTERS, || format!("{what}: {refusal:?} is long"))
        }
    }
}

fn check_mention(text: &str) -> Promise {
    let Ok(mention) = text.parse::<Mention>() else { return Ok(()) };
    let shown = mention.to_string();
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_/".contains(&byte);
    let is_one = shown.strip_prefix('@').is_some_and(|name| name == text && name.bytes().all(is_plain));
    promise(is_one, || format!("{shown:?} notifies more than one"))
}

fn check_hash(text: &str) -> Promise {
    let Some(hash) = TypedHash::read(text) else { return Ok(()) };
    let is_lower = |digit: u8| digit.is_ascii_digit() || (b'a'..=b'f').contains(&digit);
    promise(hash.as_str().bytes().all(is_lower), || format!("{:?} is more than digits", hash.as_str()))?;
    promise(hash.as_str().len() >= 12, || format!("{:?} names too much", hash.as_str()))
}

/// An amount is stored exactly, and never shown smaller than it is.
fn check_amount(text: &str) -> Promise {
    let Ok(amount) = text.parse::<Usd>() else { return Ok(()) };
    let stored = serde_json::to_string(&amount).map_err(|error| error.to_string())?;
    let again: Usd = serde_json::from_str(&stored).map_err(|error| error.to_string())?;
    promise(again == amount, || format!("{text:?} is stored as {stored}"))?;
    let shown = amount.to_string();
    promise(shown.parse::<Usd>().is_ok_and(|shown| shown >= amount) || amount > Usd::dollars(1 << 40), || {
        format!("{text:?} is shown as {shown}")
    })
}

pub(super) const MARKER: Target = Target { name: "marker", seeds: || seeds::of(seeds::MARKERS), run: run_marker };

/// What is found is exactly what was written, and only on the very first line.
fn run_marker(input: &[u8]) -> Promise {
    let text = text(input);
    if let Some(marker) = Marker::find_in(&text) {
        let written = marker.to_string();
        promise(text.starts_with(&written), || format!("{written:?} is not how the text begins"))?;
        promise(Marker::find_in(&format!("{written}\n{text}")) == Some(marker), || {
            format!("{written:?} reads back as something else")
        })?;
    }
    for before in ["\n", " ", "\u{feff}", "a\n", "> "] {
        let later = Marker::find_in(&format!("{before}{text}"));
        promise(later.is_none(), || format!("a marker after {before:?} is found: {later:?}"))?;
    }
    if let Some(key) = MarkerKey::new(&text) {
        let body = format!("<!-- pipemason:v1 kind=note issue=1 key={text} -->\nwords");
        let found = Marker::find_in(&body).map(|marker| marker.key);
        promise(found.as_ref() == Some(&key), || format!("the key {text:?} is not found"))?;
    }
    Ok(())
}
