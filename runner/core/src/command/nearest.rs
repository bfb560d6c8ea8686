//! What somebody may have meant by a word nobody knows.

/// More typing errors than this, and a guess would be a new error.
const MAX_DISTANCE: usize = 2;

/// Longer words are not misspelled ones.
const MAX_WORD_CHARS: usize = 24;

/// Returns the known word that is nearest to `word`, of those at most two typing errors away.
pub(super) fn nearest(word: &str, known: impl IntoIterator<Item = &'static str>) -> Option<&'static str> {
    let typed: Vec<char> = word.to_lowercase().chars().take(MAX_WORD_CHARS + 1).collect();
    if typed.len() > MAX_WORD_CHARS {
        return None;
    }
    known
        .into_iter()
        .map(|candidate| (distance(&typed, candidate), candidate))
        // A word of two letters is two errors away from any other.
        .filter(|(distance, candidate)| *distance <= MAX_DISTANCE && *distance < candidate.len())
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// Counts the letters to insert, remove, replace or swap with their neighbor to come from `typed` to `known`.
fn distance(typed: &[char], known: &str) -> usize {
    let known: Vec<char> = known.chars().collect();
    let mut before = Vec::new();
    let mut above: Vec<usize> = (0..=typed.len()).collect();
    for (row, wanted) in known.iter().enumerate() {
        let mut current = vec![row + 1];
        for (column, letter) in typed.iter().enumerate() {
            let at = |cells: &[usize], column: usize| cells.get(column).copied().unwrap_or(usize::MAX - 1);
            let replaced = at(&above, column) + usize::from(letter != wanted);
            let inserted = at(&above, column + 1) + 1;
            let removed = at(&current, column) + 1;
            let is_swap =
                row > 0 && column > 0 && known.get(row - 1) == Some(letter) && typed.get(column - 1) == Some(wanted);
            let swapped = if is_swap { at(&before, column - 1) + 1 } else { usize::MAX };
            current.push(replaced.min(inserted).min(removed).min(swapped));
        }
        before = std::mem::replace(&mut above, current);
    }
    above.last().copied().unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_with_two_typing_errors_is_understood_and_one_with_three_is_not() {
        let known = ["status", "start", "cancel"];
        for (typed, meant) in [
            ("status", Some("status")),
            ("statu", Some("status")),
            ("statsu", Some("status")),
            ("Start", Some("start")),
            ("strat", Some("start")),
            ("cancle", Some("cancel")),
            ("stauts", Some("status")),
            ("canc", Some("cancel")),
            ("can", None),
            ("deploy", None),
            ("", None),
            ("statusstatusstatusstatusstatus", None),
        ] {
            assert_eq!(nearest(typed, known), meant, "{typed}");
        }
        assert_eq!(nearest("xy", ["ab"]), None);
    }

    #[test]
    fn distances_are_counted_exactly() {
        for (typed, known, expected) in [
            ("", "abc", 3),
            ("abc", "abc", 0),
            ("kitten", "sitting", 3),
            ("flaw", "lawn", 2),
            ("ñandú", "nandu", 2),
            ("ab", "ba", 1),
            ("stauts", "status", 1),
            ("abcd", "badc", 2),
        ] {
            let typed: Vec<char> = typed.chars().collect();
            assert_eq!(distance(&typed, known), expected, "{known}");
        }
    }
}
