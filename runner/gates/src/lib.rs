//! Checks that the engine runs itself.
