//! Packed pages: runs of records in few bytes, the same in the bracelet's flash, on the air and in the app.

/// The most bytes one page takes. A page's base64 with its line must fit in 4,096 bytes.
pub const MAX_PAGE: usize = 2_048;
