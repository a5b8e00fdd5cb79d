//! What the engine tells, from the web view's own values into ours.
//!
//! Smaller than what can read anything: fields and variants are known by their places, which serde's own code then need not
//! look up by name, and what is odd is named without its value. No type with a tag inside, and no map, can be read.

use std::cell::RefCell;
use std::fmt;

use js_sys::{Array, Object, Reflect};
use serde::de::value::U64Deserializer;
use serde::de::{
    DeserializeOwned, DeserializeSeed, Deserializer, EnumAccess, Error, Expected, IntoDeserializer as _,
    MapAccess, SeqAccess, Unexpected, VariantAccess, Visitor,
};
use serde::forward_to_deserialize_any;
use wasm_bindgen::{JsCast as _, JsValue};

/// Integers up to here are exact as JavaScript's numbers: 2⁵³ − 1.
const MOST: f64 = 9_007_199_254_740_991.0;

/// Reads a value.
///
/// # Errors
///
/// It is of another form.
pub fn read<T: DeserializeOwned>(value: JsValue) -> Result<T, Odd> {
    T::deserialize(Told(value))
}

/// What is not as it should be.
#[derive(Debug)]
pub struct Odd(pub String);

impl fmt::Display for Odd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Odd {}

#[cold]
#[inline(never)]
fn odd<T>(what: &str) -> Result<T, Odd> {
    Err(Odd(what.to_owned()))
}

/// The texts that serde proposes would bring the writing of floating-point numbers with them.
impl Error for Odd {
    #[cold]
    #[inline(never)]
    fn custom<T: fmt::Display>(text: T) -> Self {
        Self(text.to_string())
    }

    #[cold]
    #[inline(never)]
    fn invalid_type(_: Unexpected<'_>, _: &dyn Expected) -> Self {
        Self("another type".to_owned())
    }

    #[cold]
    #[inline(never)]
    fn invalid_value(_: Unexpected<'_>, _: &dyn Expected) -> Self {
        Self("a value out of range".to_owned())
    }

    #[cold]
    #[inline(never)]
    fn invalid_length(_: usize, _: &dyn Expected) -> Self {
        Self("another length".to_owned())
    }

    #[cold]
    #[inline(never)]
    fn unknown_variant(_: &str, _: &'static [&'static str]) -> Self {
        Self("an unknown variant".to_owned())
    }

    #[cold]
    #[inline(never)]
    fn missing_field(name: &'static str) -> Self {
        Self(["without ", name].concat())
    }
}

thread_local! {
    /// Names of fields as the web view has them, by where they lie: a month's chart has thousands of fields.
    static NAMES: RefCell<Vec<((usize, usize), JsValue)>> = const { RefCell::new(Vec::new()) };
}

#[inline(never)]
fn field(object: &JsValue, name: &'static str) -> JsValue {
    let place = (name.as_ptr() as usize, name.len());
    NAMES.with_borrow_mut(|names| {
        let at = match names.binary_search_by_key(&place, |known| known.0) {
            Ok(at) => at,
            Err(at) => {
                names.insert(at, (place, name.into()));
                at
            }
        };
        // What has no fields at all has none of that name.
        names.get(at).and_then(|known| Reflect::get(object, &known.1).ok()).unwrap_or(JsValue::UNDEFINED)
    })
}

/// A value as the web view has it.
struct Told(JsValue);

impl Told {
    #[inline(never)]
    fn number(&self) -> Result<f64, Odd> {
        self.0.as_f64().map_or_else(|| odd("no number"), Ok)
    }

    #[inline(never)]
    #[expect(clippy::cast_possible_truncation, reason = "whole and within 53 bits")]
    fn whole(&self) -> Result<i64, Odd> {
        let number = self.number()?;
        if number.trunc() == number && number.abs() <= MOST {
            Ok(number as i64)
        } else {
            odd("no whole number")
        }
    }

    #[inline(never)]
    fn text(&self) -> Result<String, Odd> {
        self.0.as_string().map_or_else(|| odd("no text"), Ok)
    }

    #[inline(never)]
    fn items(self) -> Result<Items, Odd> {
        if Array::is_array(&self.0) {
            Ok(Items { array: self.0.unchecked_into(), next: 0 })
        } else {
            odd("no list")
        }
    }

    #[inline(never)]
    fn fields(self, names: &'static [&'static str]) -> Result<Fields, Odd> {
        if !self.0.is_object() {
            return odd("no object");
        }
        Ok(Fields { object: self.0, names, next: 0, value: JsValue::UNDEFINED })
    }

    /// A text is a variant that has nothing within; an object's only field is one that has.
    #[inline(never)]
    fn variant(self, names: &'static [&'static str]) -> Result<Chosen, Odd> {
        let (name, within) = if self.0.is_string() {
            (self.0, JsValue::UNDEFINED)
        } else if self.0.is_object() {
            let entry: Array = Object::entries(self.0.unchecked_ref()).get(0).unchecked_into();
            (entry.get(0), entry.get(1))
        } else {
            return odd("no variant");
        };
        let name = Told(name).text()?;
        match names.iter().position(|known| *known == name) {
            Some(place) => Ok(Chosen { place: place as u64, within: Told(within) }),
            None => Err(Odd(["an unknown ", &name].concat())),
        }
    }
}

macro_rules! whole_numbers {
    ($($method:ident),+) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Odd> {
            visitor.visit_i64(self.whole()?)
        })+
    };
}

macro_rules! texts {
    ($($method:ident),+) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Odd> {
            visitor.visit_string(self.text()?)
        })+
    };
}

impl<'de> Deserializer<'de> for Told {
    type Error = Odd;

    whole_numbers!(
        deserialize_i8,
        deserialize_i16,
        deserialize_i32,
        deserialize_i64,
        deserialize_u8,
        deserialize_u16,
        deserialize_u32,
        deserialize_u64
    );

    texts!(deserialize_char, deserialize_str, deserialize_string, deserialize_identifier);

    forward_to_deserialize_any! { bytes byte_buf map unit_struct }

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Odd> {
        odd("a type that cannot be read")
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Odd> {
        match self.0.as_bool() {
            Some(value) => visitor.visit_bool(value),
            None => odd("neither true nor false"),
        }
    }

    fn deserialize_f32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Odd> {
        visitor.visit_f64(self.number()?)
    }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Odd> {
        visitor.visit_f64(self.number()?)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Odd> {
        if self.0.is_null() || self.0.is_undefined() {
            visitor.visit_none()
        } else {
            visitor.visit_some(self)
        }
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Odd> {
        visitor.visit_unit()
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Odd> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Odd> {
        visitor.visit_seq(self.items()?)
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Odd> {
        visitor.visit_seq(self.items()?)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, Odd> {
        visitor.visit_seq(self.items()?)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        names: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Odd> {
        visitor.visit_map(self.fields(names)?)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        names: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Odd> {
        visitor.visit_enum(self.variant(names)?)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Odd> {
        visitor.visit_unit()
    }
}

/// A list, item by item.
struct Items {
    array: Array,
    next: u32,
}

impl Items {
    #[inline(never)]
    fn next(&mut self) -> Option<Told> {
        let here = self.next;
        self.next = here.saturating_add(1);
        (here < self.array.length()).then(|| Told(self.array.get(here)))
    }
}

impl<'de> SeqAccess<'de> for Items {
    type Error = Odd;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Odd> {
        self.next().map(|item| seed.deserialize(item)).transpose()
    }
}

/// An object's fields that are known, by their places.
struct Fields {
    object: JsValue,
    names: &'static [&'static str],
    next: usize,
    value: JsValue,
}

impl Fields {
    #[inline(never)]
    fn next(&mut self) -> Option<u64> {
        loop {
            let place = self.next;
            let name = self.names.get(place)?;
            self.next = place + 1;
            self.value = field(&self.object, name);
            if !self.value.is_undefined() {
                return Some(place as u64);
            }
        }
    }
}

impl<'de> MapAccess<'de> for Fields {
    type Error = Odd;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Odd> {
        self.next().map(|place| seed.deserialize(numbered(place))).transpose()
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Odd> {
        seed.deserialize(Told(std::mem::replace(&mut self.value, JsValue::UNDEFINED)))
    }
}

fn numbered(place: u64) -> U64Deserializer<Odd> {
    place.into_deserializer()
}

/// A variant by its place, and what is within.
struct Chosen {
    place: u64,
    within: Told,
}

impl<'de> EnumAccess<'de> for Chosen {
    type Error = Odd;
    type Variant = Told;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Told), Odd> {
        Ok((seed.deserialize(numbered(self.place))?, self.within))
    }
}

impl<'de> VariantAccess<'de> for Told {
    type Error = Odd;

    fn unit_variant(self) -> Result<(), Odd> {
        Ok(())
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Odd> {
        seed.deserialize(self)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Odd> {
        visitor.visit_seq(self.items()?)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        names: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Odd> {
        visitor.visit_map(self.fields(names)?)
    }
}
