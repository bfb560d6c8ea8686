//! Line coverage, read from LCOV.
//!
//! Only `SF` and `DA` are read: totals in the file are not trusted, and functions and branches are not
//! counted. A line that several records name is covered if one of them covers it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// Which lines of which files are covered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    /// By path, and by line counted from 1: whether it was run.
    pub files: BTreeMap<String, BTreeMap<u32, bool>>,
}

/// How many of some lines were run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Covered {
    pub run: u64,
    pub lines: u64,
}

/// The coverage of the lines that a change touches.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TouchedCoverage {
    /// Of the touched lines that can be run at all.
    pub covered: Covered,
    /// Touched files that the report does not know.
    pub unmeasured: Vec<String>,
}

impl Covered {
    fn count(&mut self, is_run: bool) {
        self.lines += 1;
        self.run += u64::from(is_run);
    }

    /// Says whether at least `percent` of the lines were run; of no lines at all, nothing was.
    pub fn reaches(self, percent: u32) -> bool {
        self.reaches_hundredths(percent.saturating_mul(100))
    }

    /// Like [`Self::reaches`], in hundredths of a percent.
    pub fn reaches_hundredths(self, hundredths: u32) -> bool {
        if self.lines == 0 {
            return hundredths == 0;
        }
        u128::from(self.run) * 10_000 >= u128::from(hundredths) * u128::from(self.lines)
    }
}

/// Shows `83.3 %`, rounded down: a coverage is never shown larger than it is.
impl fmt::Display for Covered {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.run.saturating_mul(1000).checked_div(self.lines) {
            Some(tenths) => write!(formatter, "{}.{} %", tenths / 10, tenths % 10),
            None => formatter.write_str("nothing to cover"),
        }
    }
}

impl Coverage {
    /// Reads LCOV; paths become relative to `root`. What is not understood is left out.
    pub fn read_lcov(text: &str, root: &str) -> Self {
        let root = format!("{}/", root.trim_end_matches('/'));
        let mut coverage = Self::default();
        let mut file: Option<&mut BTreeMap<u32, bool>> = None;
        for line in text.trim_start_matches('\u{feff}').lines() {
            let line = line.trim();
            if let Some(path) = line.strip_prefix("SF:") {
                let path = path.trim().replace('\\', "/");
                let path = path.strip_prefix(&root).unwrap_or(&path);
                let path = path.strip_prefix("./").unwrap_or(path).to_owned();
                file = Some(coverage.files.entry(path).or_default());
            } else if line == "end_of_record" {
                file = None;
            } else if let Some((number, is_run)) = line.strip_prefix("DA:").and_then(line_data)
                && let Some(lines) = &mut file
            {
                *lines.entry(number).or_default() |= is_run;
            }
        }
        coverage
    }

    /// Counts all lines of all files.
    pub fn overall(&self) -> Covered {
        let mut covered = Covered::default();
        for is_run in self.files.values().flat_map(BTreeMap::values) {
            covered.count(*is_run);
        }
        covered
    }

    /// Counts the lines that a change touches, by path.
    pub fn of_touched(&self, touched: &BTreeMap<String, BTreeSet<u32>>) -> TouchedCoverage {
        let mut result = TouchedCoverage::default();
        for (path, numbers) in touched {
            let Some(lines) = self.files.get(path) else {
                result.unmeasured.push(path.clone());
                continue;
            };
            for is_run in numbers.iter().filter_map(|number| lines.get(number)) {
                result.covered.count(*is_run);
            }
        }
        result
    }
}

/// Reads `12,3` or `12,3,checksum`. A count that is no positive number (`-1`, `=`) is no run.
fn line_data(text: &str) -> Option<(u32, bool)> {
    let mut parts = text.split(',');
    let number = parts.next()?.trim().parse().ok().filter(|number| *number > 0)?;
    let count = parts.next()?.trim();
    Some((number, count.parse::<f64>().is_ok_and(|count| count > 0.0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LCOV: &str = "TN:\nSF:/srv/dev/shop/src/cart.rs\nFN:1,total\nDA:1,5\nDA:2,0\nDA:3,1,abc\nLF:99\nLH:99\n\
                        end_of_record\r\nSF:./src/list.rs\r\nDA:1,0\r\nDA:7,-1\r\nend_of_record\nDA:8,1\n\
                        SF:src/cart.rs\nDA:2,4\nDA:x,1\nDA:4\nDA:0,1\nDA:4,=\n";

    fn touched(files: &[(&str, &[u32])]) -> BTreeMap<String, BTreeSet<u32>> {
        let files = files.iter();
        files.map(|(path, lines)| ((*path).to_owned(), lines.iter().copied().collect())).collect()
    }

    #[test]
    fn lines_are_counted_and_totals_are_not_trusted() {
        let coverage = Coverage::read_lcov(LCOV, "/srv/dev/shop/");
        assert_eq!(coverage.files.keys().collect::<Vec<_>>(), ["src/cart.rs", "src/list.rs"]);
        assert_eq!(coverage.overall(), Covered { run: 3, lines: 6 });
    }

    #[test]
    fn only_touched_lines_that_can_run_count() {
        let coverage = Coverage::read_lcov(LCOV, "/srv/dev/shop");
        let touched = touched(&[("src/cart.rs", &[2, 4, 50]), ("src/new.rs", &[1]), ("src/list.rs", &[])]);
        let result = coverage.of_touched(&touched);
        assert_eq!(result.covered, Covered { run: 1, lines: 2 });
        assert_eq!(result.unmeasured, ["src/new.rs"]);
    }

    #[test]
    fn a_threshold_is_met_exactly_or_not() {
        let covered = Covered { run: 4, lines: 5 };
        assert!(covered.reaches(79) && covered.reaches(80) && !covered.reaches(81));
        assert!(Covered::default().reaches(0) && !Covered::default().reaches(1));
        assert!(Covered { run: 3, lines: 3 }.reaches(100) && !Covered { run: 2, lines: 3 }.reaches(67));
        let two_thirds = Covered { run: 2, lines: 3 };
        assert!(two_thirds.reaches_hundredths(6_666) && !two_thirds.reaches_hundredths(6_667));
    }

    #[test]
    fn coverage_is_never_shown_larger_than_it_is() {
        assert_eq!(Covered { run: 2, lines: 3 }.to_string(), "66.6 %");
        assert_eq!(Covered { run: 3, lines: 3 }.to_string(), "100.0 %");
        assert_eq!(Covered::default().to_string(), "nothing to cover");
    }

    #[test]
    fn hostile_lcov_is_read_without_panic() {
        for text in ["", "SF", "SF:", "DA:1,1", "SF:a\nDA:99999999999,1", "SF:é\nDA:1,NaN\nDA:2,inf", "\0\u{feff}SF:x"]
        {
            let coverage = Coverage::read_lcov(text, "");
            assert!(coverage.overall().run <= coverage.overall().lines);
        }
        let many = format!("SF:a\n{}", "DA:1,1\n".repeat(100_000));
        assert_eq!(Coverage::read_lcov(&many, "").overall(), Covered { run: 1, lines: 1 });
    }
}
