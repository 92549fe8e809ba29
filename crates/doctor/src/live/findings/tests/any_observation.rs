//! Whatever is seen.
