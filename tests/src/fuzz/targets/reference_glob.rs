//! A matcher of path patterns that is as simple as can be, to hold the real one against.

/// Steps until it gives up: it tries everything, which can take for ever.
const MAX_STEPS: u32 = 20_000;

/// Says whether `pattern` covers `path`; `None` for patterns with alternatives, which it does not know, and where it
/// takes too long to tell.
pub(super) fn matches(pattern: &str, path: &str) -> Option<bool> {
    if pattern.contains('{') {
        return None;
    }
    let pattern = pattern.strip_prefix("./").unwrap_or(pattern);
    let pattern = pattern.strip_prefix('/').unwrap_or(pattern);
    let everything_below = if pattern.ends_with('/') { "**" } else { "" };
    let pattern: Vec<char> = pattern.chars().chain(everything_below.chars()).collect();
    let path: Vec<char> = path.chars().collect();
    let mut steps = MAX_STEPS;
    covers(&pattern, &path, true, &mut steps)
}

fn covers(pattern: &[char], path: &[char], starts_name: bool, steps: &mut u32) -> Option<bool> {
    *steps = steps.checked_sub(1)?;
    let Some((first, rest)) = pattern.split_first() else { return Some(path.is_empty()) };
    match first {
        '*' => {
            let stars = pattern.iter().take_while(|character| **character == '*').count();
            let rest = pattern.get(stars..)?;
            star(starts_name && stars == 2, rest, path, steps)
        }
        '?' => one(path, rest, |character| character != '/', false, steps),
        '[' => {
            let (set, rest) = set(rest)?;
            one(path, rest, |character| character != '/' && set.takes(character), false, steps)
        }
        '\\' => {
            let (literal, rest) = rest.split_first().unwrap_or((&'\\', &[]));
            one(path, rest, |character| character == *literal, *literal == '/', steps)
        }
        literal => one(path, rest, |character| character == *literal, *literal == '/', steps),
    }
}

fn star(is_whole_name: bool, rest: &[char], path: &[char], steps: &mut u32) -> Option<bool> {
    if is_whole_name && rest.is_empty() {
        return Some(!path.is_empty());
    }
    if is_whole_name && let Some(('/', rest)) = rest.split_first().map(|(first, rest)| (*first, rest)) {
        if covers(rest, path, true, steps)? {
            return Some(true);
        }
        for slash in (0..path.len()).filter(|at| path.get(*at) == Some(&'/')) {
            if covers(rest, path.get(slash + 1..)?, true, steps)? {
                return Some(true);
            }
        }
        return Some(false);
    }
    let name = path.iter().take_while(|character| **character != '/').count();
    for taken in 0..=name {
        if covers(rest, path.get(taken..)?, false, steps)? {
            return Some(true);
        }
    }
    Some(false)
}

/// Takes one character of the path.
fn one(
    path: &[char],
    pattern: &[char],
    takes: impl Fn(char) -> bool,
    starts_name: bool,
    steps: &mut u32,
) -> Option<bool> {
    match path.split_first() {
        Some((character, path)) if takes(*character) => covers(pattern, path, starts_name, steps),
        Some(_) | None => Some(false),
    }
}

struct Set {
    is_negated: bool,
    ranges: Vec<(char, char)>,
}

impl Set {
    fn takes(&self, character: char) -> bool {
        self.is_negated != self.ranges.iter().any(|(first, last)| (*first..=*last).contains(&character))
    }
}

/// Reads a set whose bracket has been taken, and returns what follows it.
fn set(pattern: &[char]) -> Option<(Set, &[char])> {
    let is_negated = matches!(pattern.first(), Some('!' | '^'));
    let mut rest = pattern.get(usize::from(is_negated)..)?;
    let mut ranges = Vec::new();
    loop {
        match rest {
            [']', after @ ..] if !ranges.is_empty() => return Some((Set { is_negated, ranges }, after)),
            [first, '-', last, after @ ..] if *last != ']' => {
                ranges.push((*first, *last));
                rest = after;
            }
            [first, after @ ..] => {
                ranges.push((*first, *first));
                rest = after;
            }
            [] => return None,
        }
    }
}
