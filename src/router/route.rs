//! A route as data: method, path, audience, handler.

use axum::handler::Handler;
use axum::http::Method;
use axum::routing::{MethodFilter, MethodRouter, on};

use crate::app::App;
use crate::handlers::extract::{On, Public, RightType, SignedIn, Visit};
use crate::models::right::Right;

/// The people who may ask for a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audience {
    Anyone,
    SignedIn,
    /// Members of the board that the path's thing is on, with this right.
    Member(Right),
}

pub struct Route {
    pub method: Method,
    pub path: &'static str,
    pub audience: Audience,
    pub(super) handler: MethodRouter<App>,
    pub(super) is_upload: bool,
}

impl Route {
    /// Takes a file, however long that takes.
    pub(super) fn upload(self) -> Self {
        Self { is_upload: true, ..self }
    }
}

pub(super) fn get<H: Handler<T, App>, T: Guarded + 'static>(
    path: &'static str,
    audience: Audience,
    handler: H,
) -> Route {
    route(Method::GET, MethodFilter::GET, path, audience, handler)
}

pub(super) fn post<H: Handler<T, App>, T: Guarded + 'static>(
    path: &'static str,
    audience: Audience,
    handler: H,
) -> Route {
    route(Method::POST, MethodFilter::POST, path, audience, handler)
}

fn route<H: Handler<T, App>, T: Guarded + 'static>(
    method: Method,
    filter: MethodFilter,
    path: &'static str,
    audience: Audience,
    handler: H,
) -> Route {
    assert_eq!(T::AUDIENCE, audience, "{method} {path} has another audience than its handler");
    Route { method, path, audience, handler: on(filter, handler), is_upload: false }
}

/// The arguments of a handler whose first one decides who may call it. A handler that begins with anything else does not
/// compile as a route.
pub trait Guarded {
    const AUDIENCE: Audience;
}

macro_rules! guarded {
    ($($rest:ident),*) => {
        impl<M, $($rest),*> Guarded for (M, Visit, $($rest,)*) {
            const AUDIENCE: Audience = Audience::Anyone;
        }

        impl<M, T, $($rest),*> Guarded for (M, Public<T>, $($rest,)*) {
            const AUDIENCE: Audience = Audience::Anyone;
        }

        impl<M, $($rest),*> Guarded for (M, SignedIn, $($rest,)*) {
            const AUDIENCE: Audience = Audience::SignedIn;
        }

        impl<M, T, R: RightType, $($rest),*> Guarded for (M, On<T, R>, $($rest,)*) {
            const AUDIENCE: Audience = Audience::Member(R::RIGHT);
        }
    };
}

guarded!();
guarded!(A);
guarded!(A, B);
guarded!(A, B, C);
guarded!(A, B, C, D);
