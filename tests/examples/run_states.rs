//! Prints the page `docs/reference/run-states.md`.

#![expect(clippy::print_stdout, reason = "printing is what it is for")]

use pipemason_core::run::Opening;
use pipemason_tests::machine::walk::{page, small_policy, walk};

fn main() -> Result<(), String> {
    let policy = small_policy(&["api", "web"]);
    let walked = walk(&policy, Opening::Ticket)?;
    print!("{}", page(&policy, &walked));
    Ok(())
}
