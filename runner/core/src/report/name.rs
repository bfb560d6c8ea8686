//! Names of tests, and finding a test that somebody named a little differently.

use std::convert::Infallible;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{TestReport, text};
use crate::hash::ContentHash;
use crate::id::text_serde;

/// The name by which a test is known from the baseline to the pull request.
///
/// Any text can be one. Control characters become spaces, and a very long name keeps its start and a
/// hash of the whole, so two tests never share a name by being cut.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TestName(Arc<str>);

/// Longer than any name a person wrote; parametrized tests can have whole documents as names.
const MAX_NAME_BYTES: usize = 512;
/// What is kept of a longer name; the rest of the room is for the hash.
const KEPT_NAME_BYTES: usize = 480;

impl TestName {
    /// Makes a name from what a runner prints.
    pub fn new(text: &str) -> Self {
        let clean: String =
            text.chars().map(|character| if character.is_control() { ' ' } else { character }).collect();
        let clean = clean.trim();
        if clean.is_empty() {
            return Self(Arc::from("(unnamed)"));
        }
        if clean.len() <= MAX_NAME_BYTES {
            return Self(Arc::from(clean));
        }
        let hash = ContentHash::of(text.as_bytes()).short();
        Self(Arc::from(format!("{}…#{hash}", text::cut(clean, KEPT_NAME_BYTES))))
    }

    /// Makes a name from a path of suites and a title; empty parts are left out.
    pub(super) fn of_path<'a>(parts: impl IntoIterator<Item = &'a str>) -> Self {
        let parts: Vec<_> = parts.into_iter().map(str::trim).filter(|part| !part.is_empty()).collect();
        Self::new(&parts.join(" > "))
    }

    /// Returns the name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the parts of the name from the last to the first, without what only one runner adds.
    fn parts_from_the_end(&self) -> impl Iterator<Item = &str> {
        self.0
            .rsplit(['/', '.', ':', '#', '>', '›'])
            .map(str::trim)
            .filter(|part| !part.is_empty() && !SOURCE_SUFFIXES.contains(part))
    }

    /// Says whether `self` is the end of `other`, part by part: `cart::empty` of `shop.cart > empty`.
    fn is_end_of(&self, other: &Self) -> bool {
        let mut parts = other.parts_from_the_end();
        self.parts_from_the_end().all(|part| parts.next() == Some(part))
    }

    /// Returns the starts of the name that end before a parameter, a subtest or a member: `TestAdd` of
    /// `TestAdd/zero`, `adds` of `adds[1-2]` and of `adds()[1]`.
    fn stems(&self) -> impl Iterator<Item = Self> {
        let is_end = |(at, character): (usize, char)| matches!(character, '[' | '(' | '/' | ':' | '>').then_some(at);
        let ends = self.0.char_indices().filter_map(is_end).take(MAX_STEMS);
        ends.filter_map(|end| self.0.get(..end)).map(Self::new)
    }
}

/// More stems than a name has that a person would shorten; it keeps searching linear.
const MAX_STEMS: usize = 16;

/// Ends of file names: a plan may say `tests/cart.py::empty` where a report says `tests.cart::empty`.
const SOURCE_SUFFIXES: [&str; 15] =
    ["c", "cjs", "cpp", "cs", "go", "java", "js", "jsx", "kt", "mjs", "py", "rb", "rs", "ts", "tsx"];

impl fmt::Display for TestName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl FromStr for TestName {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(Self::new(text))
    }
}

text_serde!(TestName);

/// Which tests a name from a plan means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Resolution {
    /// One test, or all cases of one parametrized test.
    Found(Vec<TestName>),
    Missing,
    /// Several tests end with this name, and nothing says which one is meant.
    Ambiguous(Vec<TestName>),
}

impl TestReport {
    /// Finds the tests that `wanted` means; see [`TestName::resolve`].
    pub fn resolve(&self, wanted: &TestName) -> Resolution {
        wanted.resolve(self.cases.keys())
    }
}

impl TestName {
    /// Finds which of `names`, in order, it means: the very same, else one that ends with it, else a test with
    /// parameters or subtests. Plans are written before the tests are, and not in the words of a runner.
    pub fn resolve<'n>(&self, names: impl Iterator<Item = &'n Self> + Clone) -> Resolution {
        if names.clone().any(|name| name == self) {
            return Resolution::Found(vec![self.clone()]);
        }
        let by_end: Vec<_> = names.clone().filter(|name| self.is_end_of(name)).cloned().collect();
        match by_end.len() {
            0 => self.resolve_family(names),
            1 => Resolution::Found(by_end),
            _ => Resolution::Ambiguous(by_end),
        }
    }

    fn resolve_family<'n>(&self, names: impl Iterator<Item = &'n Self>) -> Resolution {
        let stem_of = |name: &Self| name.stems().find(|stem| self.is_end_of(stem));
        let family: Vec<_> = names.filter_map(|name| stem_of(name).map(|stem| (stem, name.clone()))).collect();
        let is_one = family.windows(2).all(|pair| matches!(pair, [(left, _), (right, _)] if left == right));
        let names: Vec<_> = family.into_iter().map(|(_, name)| name).collect();
        match (names.is_empty(), is_one) {
            (true, _) => Resolution::Missing,
            (false, true) => Resolution::Found(names),
            (false, false) => Resolution::Ambiguous(names),
        }
    }
}
