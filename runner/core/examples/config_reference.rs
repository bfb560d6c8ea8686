//! Prints the reference page of the configuration, to be committed as `docs/reference/config.md`.

#![expect(clippy::print_stdout, reason = "printing is all that this program does")]

fn main() {
    print!("{}", pipemason_core::config::reference_page());
}
