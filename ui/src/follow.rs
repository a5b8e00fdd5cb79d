//! What in a page follows a signal, in a few shared types.
//!
//! Leptos compiles a view anew for each closure that stands in it. Behind a [`Signal`] or a box they are all of one type,
//! and the wasm stays small: a rule of this house is that no bare closure stands in a `view!`.

use std::any::Any;
use std::sync::Arc;

use leptos::prelude::*;

/// A text, an attribute or a condition that follows what `read` reads.
pub fn follow<T: Send + Sync + 'static>(read: impl Fn() -> T + Send + Sync + 'static) -> Signal<T> {
    // Boxed first: what is built around it is then one for all closures of that type.
    let read: Box<dyn Fn() -> T + Send + Sync> = Box::new(read);
    Signal::derive(read)
}

/// The same, told on only when it changed.
pub fn memo<T>(read: impl Fn() -> T + Send + Sync + 'static) -> Signal<T>
where
    T: Clone + PartialEq + Send + Sync + 'static,
{
    let read: Box<dyn Fn() -> T + Send + Sync> = Box::new(read);
    let known = remember(Box::new(move || Known(Arc::new(read()))));
    Signal::derive(move || {
        known.with(|known| match (*known.0).as_any().downcast_ref::<T>() {
            Some(value) => value.clone(),
            None => unreachable!("it holds what `read` gave"),
        })
    })
}

fn remember(read: Box<dyn Fn() -> Known + Send + Sync>) -> Memo<Known> {
    Memo::new(move |_| read())
}

/// A value of any type, compared with another one of the same: so that all memos are of one type.
struct Known(Arc<dyn Comparable>);

trait Comparable: Send + Sync {
    fn as_any(&self) -> &dyn Any;
    fn is(&self, other: &dyn Any) -> bool;
}

impl<T: PartialEq + Send + Sync + 'static> Comparable for T {
    fn as_any(&self) -> &dyn Any {
        self
    }

    fn is(&self, other: &dyn Any) -> bool {
        other.downcast_ref::<T>().is_some_and(|other| self == other)
    }
}

impl PartialEq for Known {
    fn eq(&self, other: &Self) -> bool {
        self.0.is((*other.0).as_any())
    }
}

/// A part of a page that is built anew whenever what `build` reads changes.
pub fn part(build: impl Fn() -> AnyView + Send + 'static) -> AnyView {
    let build: Box<dyn Fn() -> AnyView + Send> = Box::new(build);
    (move || build()).into_any()
}

/// A part of a page that is there only while `there`.
pub fn when(
    there: impl Fn() -> bool + Send + Sync + 'static,
    build: impl Fn() -> AnyView + Send + 'static,
) -> AnyView {
    let there = memo(there);
    part(move || if there.get() { build() } else { ().into_any() })
}

/// What a press of a button does, or another event of which only that it happened matters.
pub fn press<E: 'static>(act: impl Fn() + Send + 'static) -> Box<dyn FnMut(E) + Send> {
    Box::new(move |_| act())
}

/// What an event does.
pub fn hear<E: 'static>(act: impl Fn(E) + Send + 'static) -> Box<dyn FnMut(E) + Send> {
    Box::new(act)
}

/// Does `act` now, and again whenever what it reads changes.
pub fn effect(act: impl Fn() + 'static) {
    let act: Box<dyn Fn()> = Box::new(act);
    Effect::new(act);
}
