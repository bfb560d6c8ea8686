//! Coding agents, spoken to and never believed.
