//! [`Right`] as types, for a handler's signature.

use crate::models::right::Right;

pub trait RightType: Send + Sync + 'static {
    const RIGHT: Right;
}

pub struct Look;
pub struct Comment;
pub struct Edit;
pub struct Manage;

impl RightType for Look {
    const RIGHT: Right = Right::Look;
}

impl RightType for Comment {
    const RIGHT: Right = Right::Comment;
}

impl RightType for Edit {
    const RIGHT: Right = Right::Edit;
}

impl RightType for Manage {
    const RIGHT: Right = Right::Manage;
}
