//! Keys about the work: the agent, limits, costs, and what the gates want.

use std::str::FromStr;

use crate::config::setting::{Reader, Row, Setting, child, choice, default_of, record, section};
use crate::config::tree::{Node, Value};
use crate::config::values::{AgentVariable, Auto, Count, Limit, Name, Named, Percent, RepoPath, TextError, Tokens};
use crate::gate::Severity;
use crate::glob::Glob;
use crate::money::Usd;
use crate::policy::Limits;

section! {
    /// Who writes.
    pub struct Agent {
        /// The agent to use; `auto` takes the first known one that is installed.
        name: Auto<Name> = Auto::Auto,
        /// Another agent for a role, such as `reviewer`.
        roles: Named<Name, Name> = Named::default(),
        /// The model for a role, in the words of the agent.
        models: Named<Name, Name> = Named::default(),
        /// The environment variables that the agent may see, beside those that its preset needs.
        env: Vec<AgentVariable> = Vec::new(),
    }
}

section! {
    /// How often and how long a run may try.
    pub struct LimitKeys {
        /// How often the same class of failure may be retried; the failure after that escalates.
        max_retries_per_failure_class: Limit<Count<0, 100>> = Limit::unstated(Count::new(3)),
        /// How often one phase may be retried, whatever the failures.
        max_retries_per_phase: Limit<Count<0, 100>> = Limit::unstated(Count::new(6)),
        /// How many agent turns a run may take.
        max_total_iterations: Limit<Count<1, 1000>> = Limit::unstated(Count::new(25)),
        /// How long one visit to a phase may take, waiting for people not counted.
        per_phase_timeout_minutes: Limit<Count<1, 1440>> = Limit::unstated(Count::new(30)),
        /// How many tokens a run may use.
        context_budget_tokens: Limit<Tokens> = Limit::unstated(Tokens(1_500_000)),
    }
}

section! {
    /// How much a run may cost.
    pub struct CostControls {
        /// The most that one agent turn may cost, in dollars.
        max_usd_per_turn: Limit<Usd> = Limit::unstated(Limits::default().usd_per_turn),
        /// The most that a run may cost, in dollars.
        max_usd_per_run: Limit<Usd> = Limit::unstated(Limits::default().usd_per_run),
        /// The most that all runs of a day (UTC) may cost, in dollars.
        max_usd_per_day: Limit<Usd> = Limit::unstated(Limits::default().usd_per_day),
        /// The most that a program may cost, in dollars; no limit where it is left out.
        max_usd_per_program: Option<Usd> = None,
        /// The most tokens that one agent turn may use; no limit where it is left out.
        max_tokens_per_turn: Option<Tokens> = None,
        /// The most tokens that a run may use; `limits.context_budget_tokens` says the same, and the stricter wins.
        max_tokens_per_run: Option<Tokens> = None,
        /// The most tokens that all runs of a day (UTC) may use; no limit where it is left out.
        max_tokens_per_day: Option<Tokens> = None,
        /// How many steps (model calls) one agent turn may take.
        max_turns_per_spawn: Count<1, 10000> = Count::new(100),
        /// Whether an agent may work that does not say what it costs; only turns and time bound it.
        allow_unmetered: bool = false,
        /// What a model costs, where the built-in prices are wrong.
        pricing: Named<Name, Price> = Named::default(),
    }
}

record! {
    /// What a model costs.
    pub struct Price {
        /// Dollars for a million tokens that the model reads.
        input: Usd,
        /// Dollars for a million tokens that the model writes.
        output: Usd,
        /// Dollars for a million tokens that are read from the cache; the price of `input` where it is left out.
        cached_input: Option<Usd> = None,
    }
}

section! {
    /// What is checked for safety.
    pub struct Security {
        /// Whether changes are searched for secrets.
        secret_scan: bool = true,
        /// Whether dependencies are searched for known weaknesses.
        dep_audit: bool = true,
        /// Whether the code is searched for weaknesses.
        sast: bool = false,
        /// Whether a finding of high severity stops the run for a person, instead of going back to be repaired.
        block_on_high: bool = true,
        /// Paths that only change with a person's approval, beside the built-in ones.
        protected_paths: Vec<Glob> = Vec::new(),
    }
}

choice! {
    /// What happens to a ticket that promises to change no behavior.
    pub enum Preserving {
        /// A person approves its plan.
        Ask = "ask",
        /// It goes on.
        Allow = "allow",
    }
}

section! {
    /// What is checked for quality.
    pub struct Quality {
        /// Whether the linter has to be content.
        require_lint_clean: bool = true,
        /// Whether the types have to be right.
        require_typecheck_clean: bool = true,
        /// The least coverage of the tests; 0 is no such gate.
        require_coverage_pct: Percent = Percent::ZERO,
        /// Whether accessibility findings block.
        require_a11y_clean: bool = true,
        /// Whether findings about search engines block.
        require_seo_clean: bool = false,
        /// Whether a loss of performance blocks.
        require_perf_clean: bool = false,
        /// Whether a run may start where there is no test command, and so nothing can be proven.
        allow_untested: bool = false,
        /// What happens to a ticket that promises to change no behavior: `ask` a person, or `allow` it.
        preserving: Preserving = Preserving::Ask,
    }
}

impl Setting for Severity {
    fn expected() -> String {
        crate::config::setting::one_of(&SEVERITIES.map(Self::name))
    }

    fn read(reader: &mut Reader<'_>, path: &str, node: &Node) -> Option<Self> {
        let word = crate::config::setting::word(reader, path, node, &SEVERITIES.map(Self::name))?;
        SEVERITIES.into_iter().find(|severity| severity.name() == word)
    }

    fn to_yaml(&self) -> String {
        self.name().to_owned()
    }
}

const SEVERITIES: [Severity; 5] = [Severity::Info, Severity::Low, Severity::Medium, Severity::High, Severity::Critical];

section! {
    /// The review by an agent that has not seen the work.
    pub struct Review {
        /// Whether there is a review.
        enabled: bool = true,
        /// Findings of this severity and above block.
        block_at: Severity = Severity::High,
    }
}

choice! {
    /// How screens are compared.
    pub enum MatchMode {
        /// As people see them.
        Perceptual = "perceptual",
        /// Pixel by pixel.
        Exact = "exact",
    }
}

section! {
    /// The comparison of screens.
    pub struct Screenshot {
        /// Whether screens are captured and compared.
        enabled: bool = true,
        /// Whether screens are compared as people see them or pixel by pixel.
        match_mode: MatchMode = MatchMode::Perceptual,
        /// How much of a screen may differ.
        threshold_pct: Percent = Percent::ZERO,
        /// The sizes in which screens are captured.
        viewports: Vec<Viewport> = vec![
            Viewport::new("mobile", 390, 844),
            Viewport::new("tablet", 768, 1024),
            Viewport::new("desktop", 1440, 900),
        ],
        /// The folder of the expected images; without it screens are only captured.
        expected: Option<RepoPath> = None,
        /// Parts of the screens that are not compared.
        ignore_regions: Vec<Region> = Vec::new(),
    }
}

/// The side of a screen, or a place on it, in pixels.
type Pixels = Count<1, 16384>;

/// A size in which screens are captured; written `desktop 1440x900`, or as a map with `name`, `width` and `height`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Viewport {
    pub name: Name,
    pub width: Pixels,
    pub height: Pixels,
}

record! {
    /// A viewport in its long form.
    struct ViewportMap {
        /// How the size is called.
        name: Name,
        /// Pixels across.
        width: Pixels,
        /// Pixels down.
        height: Pixels,
    }
}

impl Viewport {
    fn new(name: &'static str, width: u32, height: u32) -> Self {
        Self { name: Name::fixed(name), width: Pixels::new(width), height: Pixels::new(height) }
    }
}

impl FromStr for Viewport {
    type Err = TextError;

    fn from_str(text: &str) -> Result<Self, TextError> {
        let (name, size) = text.split_once(' ').ok_or(TextError)?;
        let (width, height) = size.trim().split_once('x').ok_or(TextError)?;
        let pixels = |digits: &str| {
            let pixels: u32 = digits.parse().ok()?;
            Some(Pixels::new(pixels)).filter(|bounded| bounded.get() == pixels)
        };
        Ok(Self {
            name: name.parse()?,
            width: pixels(width).ok_or(TextError)?,
            height: pixels(height).ok_or(TextError)?,
        })
    }
}

impl Setting for Viewport {
    fn expected() -> String {
        "a size like `desktop 1440x900`, or a map with name, width and height".to_owned()
    }

    fn read(reader: &mut Reader<'_>, path: &str, node: &Node) -> Option<Self> {
        if let Value::Map(_) = &node.value {
            let ViewportMap { name, width, height } = ViewportMap::read(reader, path, node)?;
            return Some(Self { name, width, height });
        }
        let expected = Self::expected();
        let text = crate::config::values::text(reader, path, node, &expected)?;
        let viewport = text.parse().ok();
        if viewport.is_none() {
            reader.wrong(path, node, &expected, None);
        }
        viewport
    }

    fn to_yaml(&self) -> String {
        format!("{} {}x{}", self.name, self.width.get(), self.height.get()).to_yaml()
    }
}

record! {
    /// A part of the screens that is not compared, in pixels from the upper left corner.
    pub struct Region {
        /// The viewport it is in; all of them where it is left out.
        viewport: Option<Name> = None,
        /// Pixels from the left.
        x: Count<0, 16384>,
        /// Pixels from the top.
        y: Count<0, 16384>,
        /// Pixels across.
        width: Pixels,
        /// Pixels down.
        height: Pixels,
    }
}
