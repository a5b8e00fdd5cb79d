//! One beat, all the way, in the real window.
