//! What in a page is kept and followed, in a few shared types.
//!
//! Leptos compiles its signals, effects and views anew for each type of value and for each closure that stands in a view.
//! Here all values are of one type within ([`Known`]) and all closures are boxed ([`Does`]), and the wasm stays small. A rule
//! of this house: no bare closure stands in a `view!`, and no signal of Leptos' own in a page.

use std::any::Any;
use std::marker::PhantomData;
use std::ops::Deref;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use leptos::prelude::*;
use leptos::tachys::reactive_graph::ReactiveFunction;

/// A closure, to be boxed. Not `dyn Fn`, whose table holds the closure's code a second time, as a `FnOnce`.
pub trait Does<Given, Gives> {
    /// Calls it.
    fn does(&self, given: Given) -> Gives;
}

impl<Given, Gives, Closure: Fn(Given) -> Gives> Does<Given, Gives> for Closure {
    fn does(&self, given: Given) -> Gives {
        self(given)
    }
}

/// A value of any type, with how it is compared with another one of the same.
#[derive(Clone)]
struct Known {
    value: Arc<dyn Any + Send + Sync>,
    is: fn(&dyn Any, &dyn Any) -> bool,
}

impl Known {
    fn new<T: Send + Sync + 'static>(value: T, is: fn(&dyn Any, &dyn Any) -> bool) -> Self {
        Self { value: Arc::new(value), is }
    }

    fn read<T: 'static, R>(&self, read: impl FnOnce(&T) -> R) -> R {
        match (*self.value).downcast_ref() {
            Some(value) => read(value),
            None => unreachable!("it holds what it was made of"),
        }
    }
}

impl PartialEq for Known {
    fn eq(&self, other: &Self) -> bool {
        (self.is)(&*self.value, &*other.value)
    }
}

fn same<T: PartialEq + 'static>(one: &dyn Any, other: &dyn Any) -> bool {
    one.downcast_ref::<T>() == other.downcast_ref::<T>()
}

/// A value that follows what it was made of. It can stand in a view as a text, an attribute or a condition.
pub struct Follow<T> {
    known: Signal<Known>,
    what: PhantomData<fn() -> T>,
}

/// A [`Follow`] that is set.
pub struct Kept<T> {
    known: RwSignal<Known>,
    followed: Follow<T>,
}

/// What `read` reads, followed; told on only when it changed.
pub fn follow<T>(read: impl Fn() -> T + Send + Sync + 'static) -> Follow<T>
where
    T: PartialEq + Send + Sync + 'static,
{
    Follow::of(remember(Box::new(move |()| Known::new(read(), same::<T>))))
}

fn remember(read: Box<dyn Does<(), Known> + Send + Sync>) -> Signal<Known> {
    Memo::new(move |_| read.does(())).into()
}

impl<T> Clone for Follow<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Follow<T> {}

impl<T> Follow<T> {
    fn of(known: Signal<Known>) -> Self {
        Self { known, what: PhantomData }
    }
}

impl<T: Send + Sync + 'static> Follow<T> {
    /// A value that never changes.
    pub fn always(value: T) -> Self {
        Self::of(Signal::stored(Known::new(value, |_, _| true)))
    }

    /// Reads the value where it is, and follows it.
    pub fn with<R>(self, read: impl FnOnce(&T) -> R) -> R {
        self.known.get().read(read)
    }

    /// Reads the value where it is, once.
    pub fn with_untracked<R>(self, read: impl FnOnce(&T) -> R) -> R {
        self.known.get_untracked().read(read)
    }

    /// Follows the value without reading it.
    pub fn track(self) {
        self.known.track();
    }
}

impl<T: Clone + Send + Sync + 'static> Follow<T> {
    /// The value, followed.
    pub fn get(self) -> T {
        self.with(T::clone)
    }

    /// The value, once.
    pub fn get_untracked(self) -> T {
        self.with_untracked(T::clone)
    }

    /// The value, once; none where the page that showed it has gone.
    pub fn try_get_untracked(self) -> Option<T> {
        Some(self.known.try_get_untracked()?.read(T::clone))
    }
}

impl<T: Default + Send + Sync + 'static> Default for Follow<T> {
    fn default() -> Self {
        Self::always(T::default())
    }
}

impl<T: Clone + Send + Sync + 'static> ReactiveFunction for Follow<T> {
    type Output = T;

    fn invoke(&mut self) -> T {
        self.get()
    }

    fn into_shared(self) -> Arc<Mutex<dyn FnMut() -> T + Send>> {
        Arc::new(Mutex::new(move || self.get()))
    }
}

impl<T> Clone for Kept<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Kept<T> {}

impl<T> Deref for Kept<T> {
    type Target = Follow<T>;

    fn deref(&self) -> &Follow<T> {
        &self.followed
    }
}

impl<T> From<Kept<T>> for Follow<T> {
    fn from(kept: Kept<T>) -> Self {
        kept.followed
    }
}

impl<T: Send + Sync + 'static> Kept<T> {
    /// Beginning with that value.
    pub fn new(value: T) -> Self {
        let known = RwSignal::new(set(value));
        Self { known, followed: Follow::of(known.into()) }
    }

    /// Another value.
    pub fn set(self, value: T) {
        self.known.set(set(value));
    }

    /// Another value, unless the page that showed it has gone.
    pub fn try_set(self, value: T) {
        let _ = self.known.try_set(set(value));
    }
}

impl<T: Clone + Send + Sync + 'static> Kept<T> {
    /// Another value, made of the present one.
    pub fn update(self, change: impl FnOnce(&mut T)) {
        let mut value = self.get_untracked();
        change(&mut value);
        self.set(value);
    }
}

/// Whoever sets a value means to tell it, even the same again.
fn set<T: Send + Sync + 'static>(value: T) -> Known {
    Known::new(value, |_, _| false)
}

/// A part of a page that is built anew whenever what `build` reads changes.
pub fn part(build: impl Fn() -> AnyView + Send + 'static) -> AnyView {
    built(Box::new(move |()| build()))
}

fn built(build: Box<dyn Does<(), AnyView> + Send>) -> AnyView {
    (move || build.does(())).into_any()
}

/// A part of a page that is there only while `there`.
pub fn when(
    there: impl Fn() -> bool + Send + Sync + 'static,
    build: impl Fn() -> AnyView + Send + 'static,
) -> AnyView {
    shown(follow(there), Box::new(move |()| build()))
}

fn shown(there: Follow<bool>, build: Box<dyn Does<(), AnyView> + Send>) -> AnyView {
    part(move || if there.get() { build.does(()) } else { ().into_any() })
}

/// What a press of a button does, or another event of which only that it happened matters.
pub fn press<E: 'static>(act: impl Fn() + Send + 'static) -> impl FnMut(E) + Send + 'static {
    pressed(Box::new(move |()| act()))
}

fn pressed<E: 'static>(act: Box<dyn Does<(), ()> + Send>) -> impl FnMut(E) + Send + 'static {
    move |_| act.does(())
}

/// What an event does.
pub fn hear<E: 'static>(act: impl Fn(E) + Send + 'static) -> impl FnMut(E) + Send + 'static {
    heard(Box::new(act))
}

fn heard<E: 'static>(act: Box<dyn Does<E, ()> + Send>) -> impl FnMut(E) + Send + 'static {
    move |event| act.does(event)
}

/// Does `act` now, and again whenever what it reads changes.
pub fn effect(act: impl Fn() + 'static) {
    done(Box::new(move |()| act()));
}

fn done(act: Box<dyn Does<(), ()>>) {
    Effect::new(move || act.does(()));
}

/// What is done once.
pub type Then = Box<dyn FnOnce()>;

/// Does what `plan` gives once `wait` has passed, unless what it reads changes before. The page may have gone by then.
pub fn later(wait: Duration, plan: impl Fn() -> Option<Then> + 'static) {
    planned(wait, Box::new(move |()| plan()));
}

fn planned(wait: Duration, plan: Box<dyn Does<(), Option<Then>>>) {
    Effect::new(move |timer: Option<Option<TimeoutHandle>>| {
        if let Some(Some(timer)) = timer {
            timer.clear();
        }
        set_timeout_with_handle(plan.does(())?, wait).ok()
    });
}
