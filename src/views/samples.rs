//! Every template rendered with samples of what it is given.
