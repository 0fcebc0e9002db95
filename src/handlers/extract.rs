//! What a handler knows of a request before it begins: who asks ([`SignedIn`]), what they reach and with which right
//! ([`On`]), and how to answer ([`Visit`]).

mod bearer;
mod changing;
mod id;
pub mod invited;
mod on;
mod public;
mod right;
mod signed_in;
mod visit;

pub use bearer::Bearer;
pub use changing::Changing;
pub use id::Id;
pub use on::On;
pub use public::{Public, Reached};
pub use right::{Comment, Edit, Look, Manage, RightType};
pub use signed_in::SignedIn;
pub use visit::{Visit, accepted_language, set_cookies, small_picture};
