//! The only place that starts programs, and the one that ends them.
