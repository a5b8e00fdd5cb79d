//! What a request may say: every mistake of a body at once, each with its path, under the original framework's names.

pub mod email;
pub mod number;
pub mod text;
pub mod time;

use serde_json::{Value, json};

use crate::json::Json;

/// The most mistakes that one answer lists.
pub const MOST_LISTED: usize = 100;

/// What is wrong with one value.
#[derive(Clone, Debug, PartialEq)]
pub struct Wrong {
    /// The mistake's name.
    pub kind: &'static str,
    /// The mistake in words.
    pub msg: String,
    /// The words' figures.
    pub ctx: Option<Value>,
}

impl Wrong {
    /// A mistake without figures.
    pub fn new(kind: &'static str, msg: impl Into<String>) -> Self {
        Self { kind, msg: msg.into(), ctx: None }
    }

    /// A mistake with figures.
    pub fn with(kind: &'static str, msg: impl Into<String>, ctx: Value) -> Self {
        Self { kind, msg: msg.into(), ctx: Some(ctx) }
    }
}

/// One step on the way to a value.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    /// A field, or the part of the request.
    Name(&'static str),
    /// A place in a list, or in the text.
    Index(usize),
}

/// The mistakes found so far.
#[derive(Debug, Default)]
pub struct Mistakes(Vec<(Vec<Step>, Wrong)>);

impl Mistakes {
    /// Notes one.
    pub fn add(&mut self, at: &[Step], wrong: Wrong) {
        self.0.push((at.to_vec(), wrong));
    }

    /// One mistake alone.
    #[must_use]
    pub fn one(at: &[Step], wrong: Wrong) -> Self {
        Self(vec![(at.to_vec(), wrong)])
    }

    /// Whether nothing is wrong.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// As the answer's `detail`. What was sent is not echoed: it may be a password.
    #[must_use]
    pub fn detail(&self) -> Value {
        let one = |(at, wrong): &(Vec<Step>, Wrong)| {
            let loc: Vec<Value> = at
                .iter()
                .map(|step| match step {
                    Step::Name(name) => json!(name),
                    Step::Index(i) => json!(i),
                })
                .collect();
            let mut told = json!({"type": wrong.kind, "loc": loc, "msg": wrong.msg});
            if let (Some(ctx), Some(fields)) = (&wrong.ctx, told.as_object_mut()) {
                fields.insert("ctx".to_owned(), ctx.clone());
            }
            told
        };
        self.0.iter().take(MOST_LISTED).map(one).collect()
    }
}

/// An object of the body while its fields are looked at.
pub struct Fields<'p, 'j> {
    object: &'j Json<'j>,
    at: Vec<Step>,
    mistakes: &'p mut Mistakes,
}

impl<'p, 'j> Fields<'p, 'j> {
    /// The object at that place; anything else is a mistake.
    pub fn of(object: &'j Json<'j>, at: Vec<Step>, mistakes: &'p mut Mistakes) -> Option<Self> {
        if matches!(object, Json::Object(_)) {
            return Some(Self { object, at, mistakes });
        }
        mistakes.add(
            &at,
            Wrong::new(
                "model_attributes_type",
                "Input should be a valid dictionary or object to extract fields from",
            ),
        );
        None
    }

    fn note(&mut self, name: &'static str, wrong: Wrong) {
        self.at.push(Step::Name(name));
        self.mistakes.add(&self.at, wrong);
        self.at.pop();
    }

    /// A field that must be there.
    pub fn required<T>(
        &mut self,
        name: &'static str,
        check: impl FnOnce(&'j Json<'j>) -> Result<T, Wrong>,
    ) -> Option<T> {
        let found = match self.object.get(name) {
            None => Err(missing()),
            Some(value) => check(value),
        };
        found.map_err(|wrong| self.note(name, wrong)).ok()
    }

    /// A field that may be absent but not null.
    pub fn defaulted<T>(
        &mut self,
        name: &'static str,
        default: T,
        check: impl FnOnce(&'j Json<'j>) -> Result<T, Wrong>,
    ) -> Option<T> {
        match self.object.get(name) {
            None => Some(default),
            Some(_) => self.required(name, check),
        }
    }

    /// A field that may be absent or null.
    pub fn optional<T>(
        &mut self,
        name: &'static str,
        check: impl FnOnce(&'j Json<'j>) -> Result<T, Wrong>,
    ) -> Option<T> {
        match self.object.get(name) {
            None | Some(Json::Null) => None,
            Some(_) => self.required(name, check),
        }
    }

    /// Looks deeper: at a field's own parts.
    pub fn inner<T>(
        &mut self,
        name: &'static str,
        look: impl FnOnce(&'j Json<'j>, Vec<Step>, &mut Mistakes) -> Option<T>,
    ) -> Option<T> {
        match self.object.get(name) {
            None => {
                self.note(name, missing());
                None
            }
            Some(value) => {
                let mut at = self.at.clone();
                at.push(Step::Name(name));
                look(value, at, self.mistakes)
            }
        }
    }
}

/// A value that is not there.
#[must_use]
pub fn missing() -> Wrong {
    Wrong::new("missing", "Field required")
}
