//! Leptos' own names, with the attributes of one type.
//!
//! Leptos compiles an attribute anew for each of its names with each type of its value. Here every one of them is a [`Given`],
//! whatever its name, and its value a [`Value`]: the wasm stays small. Pages take their names from here, so that `view!` finds
//! these attributes in the place of Leptos' own.

use std::borrow::Cow;
use std::sync::Arc;

pub use leptos::prelude::*;
use leptos::tachys::html::attribute::any_attribute::AnyAttribute;
use leptos::tachys::html::attribute::{Attribute, NamedAttributeKey, NextAttribute};
use leptos::tachys::html::class::{self, Class, IntoClass};
use leptos::tachys::html::element::{self, HtmlElement};
use leptos::tachys::html::event::{Custom, EventCallback, EventDescriptor, On, on};
use leptos::tachys::renderer::Rndr;
use leptos::tachys::renderer::types::Element;
use wasm_bindgen::JsCast;
use web_sys::Event;

pub use self::Attributes as AriaAttributes;
pub use self::Attributes as ClassAttribute;
pub use self::Attributes as CustomAttribute;
pub use self::Attributes as GlobalAttributes;
pub use self::Attributes as StyleAttribute;
use crate::follow::{Does, Follow};

/// A text; none: the attribute is not there.
type Text = Option<Cow<'static, str>>;

/// An attribute's value.
#[derive(Clone)]
pub enum Value {
    /// It stays.
    Fixed(Text),
    /// It follows what it reads.
    Followed(Arc<dyn Does<(), Text> + Send + Sync>),
}

/// A type of which a value of an attribute can be.
pub trait Telling: Clone {
    /// The attribute's text; none: the attribute is not there.
    fn text(self) -> Text;
}

impl Telling for &'static str {
    fn text(self) -> Text {
        Some(Cow::Borrowed(self))
    }
}

impl Telling for String {
    fn text(self) -> Text {
        Some(Cow::Owned(self))
    }
}

impl Telling for bool {
    fn text(self) -> Text {
        self.then_some(Cow::Borrowed(""))
    }
}

impl Telling for usize {
    fn text(self) -> Text {
        Some(Cow::Owned(self.to_string()))
    }
}

impl<T: Telling> Telling for Option<T> {
    fn text(self) -> Text {
        self?.text()
    }
}

impl<T: Telling> From<T> for Value {
    fn from(value: T) -> Self {
        Self::Fixed(value.text())
    }
}

impl<T: Telling + Send + Sync + 'static> From<Follow<T>> for Value {
    fn from(value: Follow<T>) -> Self {
        Self::Followed(Arc::new(move |()| value.get().text()))
    }
}

/// An attribute with its value.
#[derive(Clone)]
pub struct Given {
    name: &'static str,
    value: Value,
}

/// An attribute in the page, with what follows its value.
pub struct Set {
    element: Element,
    effect: Option<RenderEffect<Text>>,
}

fn set(element: &Element, name: &str, text: Option<&str>) {
    match text {
        Some(text) => Rndr::set_attribute(element, name, text),
        None => Rndr::remove_attribute(element, name),
    }
}

impl Attribute for Given {
    const MIN_LENGTH: usize = 0;

    type State = Set;
    type AsyncOutput = Self;
    type Cloneable = Self;
    type CloneableOwned = Self;

    fn html_len(&self) -> usize {
        0
    }

    fn to_html(self, _: &mut String, _: &mut String, _: &mut String, _: &mut String) {}

    fn hydrate<const FROM_SERVER: bool>(self, element: &Element) -> Set {
        self.build(element)
    }

    fn build(self, element: &Element) -> Set {
        let element = element.clone();
        let Self { name, value } = self;
        let effect = match value {
            Value::Fixed(text) => {
                if text.is_some() {
                    set(&element, name, text.as_deref());
                }
                None
            }
            Value::Followed(read) => {
                let element = element.clone();
                Some(RenderEffect::new(move |before: Option<Text>| {
                    let text = read.does(());
                    // Not there yet is as good as without a text.
                    if before.unwrap_or_default() != text {
                        set(&element, name, text.as_deref());
                    }
                    text
                }))
            }
        };
        Set { element, effect }
    }

    fn rebuild(self, present: &mut Set) {
        let element = present.element.clone();
        present.effect = None;
        set(&element, self.name, None);
        *present = self.build(&element);
    }

    fn into_cloneable(self) -> Self {
        self
    }

    fn into_cloneable_owned(self) -> Self {
        self
    }

    fn dry_resolve(&mut self) {}

    async fn resolve(self) -> Self {
        self
    }

    fn keys(&self) -> Vec<NamedAttributeKey> {
        vec![NamedAttributeKey::Attribute(Cow::Borrowed(self.name))]
    }
}

impl NextAttribute for Given {
    type Output<Next: Attribute> = Vec<AnyAttribute>;

    fn add_any_attr<Next: Attribute>(self, next: Next) -> Vec<AnyAttribute> {
        vec![self.into_any_attr(), next.into_any_attr()]
    }
}

/// What `class=` and `class:name=` take.
pub trait Classes {
    /// The attribute that it becomes.
    type Becomes: Attribute;

    /// Makes the attribute.
    fn attribute(self) -> Self::Becomes;
}

macro_rules! classes {
    ($($of:ty),+) => {
        $(impl Classes for $of {
            type Becomes = Given;

            fn attribute(self) -> Given {
                Given { name: "class", value: self.into() }
            }
        })+
    };
}

classes!(&'static str, String, Follow<&'static str>, Follow<String>);

impl<There> Classes for (&'static str, There)
where
    (&'static str, There): IntoClass,
{
    type Becomes = Class<Self>;

    fn attribute(self) -> Class<Self> {
        class::class(self)
    }
}

macro_rules! attributes {
    ($($method:ident = $name:literal),+ $(,)?) => {
        /// The attributes that any element may have.
        pub trait Attributes: Sized + AddAnyAttr {
            /// An attribute of that name.
            fn attr(self, name: &'static str, value: impl Into<Value>) -> Self::Output<Given> {
                self.add_any_attr(Given { name, value: value.into() })
            }

            /// The classes, or one of them that is there or not.
            fn class<C: Classes>(self, class: C) -> Self::Output<C::Becomes> {
                self.add_any_attr(class.attribute())
            }

            $(
                #[doc = concat!("The attribute `", $name, "`.")]
                fn $method(self, value: impl Into<Value>) -> Self::Output<Given> {
                    self.attr($name, value)
                }
            )+
        }
    };
}

attributes! {
    aria_current = "aria-current",
    aria_describedby = "aria-describedby",
    aria_haspopup = "aria-haspopup",
    aria_hidden = "aria-hidden",
    aria_invalid = "aria-invalid",
    aria_label = "aria-label",
    aria_labelledby = "aria-labelledby",
    aria_live = "aria-live",
    aria_orientation = "aria-orientation",
    aria_pressed = "aria-pressed",
    aria_valuemax = "aria-valuemax",
    aria_valuemin = "aria-valuemin",
    aria_valuenow = "aria-valuenow",
    aria_valuetext = "aria-valuetext",
    autocapitalize = "autocapitalize",
    autofocus = "autofocus",
    hidden = "hidden",
    id = "id",
    inputmode = "inputmode",
    lang = "lang",
    role = "role",
    spellcheck = "spellcheck",
    style = "style",
    tabindex = "tabindex",
    title = "title",
}

impl<Element: AddAnyAttr> Attributes for Element {}

/// What stands within an element. Not compiled anew wherever it stands.
pub trait ElementChild<Within> {
    /// The element with it.
    type Output;

    /// Puts it within.
    fn child(self, within: Within) -> Self::Output;
}

impl<Kind, Given, Before, Within> ElementChild<Within> for HtmlElement<Kind, Given, Before>
where
    Self: element::ElementChild<AnyView>,
    Within: IntoRender,
    Within::Output: RenderHtml,
{
    type Output = <Self as element::ElementChild<AnyView>>::Output;

    fn child(self, within: Within) -> Self::Output {
        element::ElementChild::child(self, erased(within.into_render()))
    }
}

#[inline(never)]
fn erased(view: impl RenderHtml) -> AnyView {
    view.into_any()
}

/// What hears an event, of one type for all of them.
type Hears = Box<dyn FnMut(Event) + Send>;

/// What an element hears.
pub trait OnAttribute: Sized + AddAnyAttr {
    /// Hears that event.
    fn on<Heard: EventDescriptor<EventType: JsCast>>(
        self,
        event: Heard,
        mut act: impl EventCallback<Heard::EventType> + Send,
    ) -> Self::Output<On<Custom<Event>, Hears>> {
        let hears: Hears = Box::new(move |event| act.invoke(event.unchecked_into()));
        self.add_any_attr(on(Custom::new(event.name()), hears))
    }
}

impl<Element: AddAnyAttr> OnAttribute for Element {}
