//! An agent that does what a script says.

fn main() {}
