//! The engine's store, the trees of a run, and what is looked at before a push.
