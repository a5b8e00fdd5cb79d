//! Values in the person's units, to type and back: what was not typed anew stays exactly what it was, whatever its unit
//! rounds to on the way.

use bridge::Temperature;
use vitals::Metric;

use crate::measure::{Signs, number};
use crate::typed::{self, NotANumber};

/// Centimetres of an inch, inches of a foot, grams of a pound (international yard and pound agreement of 1959).
const CM_PER_INCH: f64 = 2.54;
const INCHES_PER_FOOT: i32 = 12;
/// Grams of a pound.
pub const GRAMS_PER_POUND: f64 = 453.592_37;

/// A limit as its field shows it. `hundredths` of the metric's own unit.
#[must_use]
pub fn limit_text(hundredths: i32, metric: Metric, unit: Temperature, decimal: &str) -> String {
    let value = f64::from(hundredths) / 100.0;
    let (value, decimals) = if is_temperature(metric) { (unit.shown(value), 1) } else { (value, 0) };
    number(value, decimals, Signs { decimal, group: "" })
}

/// The limit that a field tells, in hundredths of the metric's own unit; none for an empty one. `before`: what the field
/// showed.
///
/// # Errors
///
/// It is no number.
pub fn limit(
    text: &str,
    before: Option<i32>,
    metric: Metric,
    unit: Temperature,
    decimal: &str,
) -> Result<Option<i32>, NotANumber> {
    if let Some(before) = before.filter(|before| limit_text(*before, metric, unit, decimal) == text) {
        return Ok(Some(before));
    }
    let value = typed::number(text)?;
    let own = |value| if is_temperature(metric) { unit.celsius(value) } else { value };
    Ok(value.map(|value| typed::whole(own(value) * 100.0)))
}

fn is_temperature(metric: Metric) -> bool {
    matches!(metric, Metric::SkinTemperature | Metric::AmbientTemperature)
}

/// A height in whole feet and inches.
#[must_use]
pub fn feet_and_inches(cm: i32) -> (i32, i32) {
    let inches = typed::whole(f64::from(cm) / CM_PER_INCH);
    (inches / INCHES_PER_FOOT, inches % INCHES_PER_FOOT)
}

/// The height that two fields tell, in cm; none for empty ones. `before`: what they showed.
///
/// # Errors
///
/// One of them is no number.
pub fn height(feet: &str, inches: &str, before: Option<i32>) -> Result<Option<i32>, NotANumber> {
    let (feet, inches) = (typed::number(feet)?, typed::number(inches)?);
    if feet.is_none() && inches.is_none() {
        return Ok(None);
    }
    let inches = feet.unwrap_or_default() * f64::from(INCHES_PER_FOOT) + inches.unwrap_or_default();
    let same = before.filter(|before| {
        let (feet, rest) = feet_and_inches(*before);
        f64::from(feet * INCHES_PER_FOOT + rest).total_cmp(&inches).is_eq()
    });
    Ok(Some(same.unwrap_or_else(|| typed::whole(inches * CM_PER_INCH))))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SKIN: Metric = Metric::SkinTemperature;
    const UNITS: [Temperature; 2] = [Temperature::Celsius, Temperature::Fahrenheit];

    #[test]
    fn a_limit_that_is_only_looked_at_does_not_drift_in_either_unit() {
        for unit in UNITS {
            for before in 3_000..=4_200 {
                let text = limit_text(before, SKIN, unit, ",");
                assert_eq!(limit(&text, Some(before), SKIN, unit, ","), Ok(Some(before)), "{text}");
            }
        }
    }

    #[test]
    fn a_typed_limit_stands_as_it_was_typed_and_goes_through_the_other_unit_unchanged() {
        let fahrenheit = Temperature::Fahrenheit;
        for tenths in 860..=1_076 {
            let text = format!("{}.{}", tenths / 10, tenths % 10);
            let kept = limit(&text, Some(3_750), SKIN, fahrenheit, ".").unwrap().unwrap();
            assert_eq!(limit_text(kept, SKIN, fahrenheit, "."), text);
            // Looked at in °C, and back.
            let there = limit_text(kept, SKIN, Temperature::Celsius, ".");
            assert_eq!(limit(&there, Some(kept), SKIN, Temperature::Celsius, "."), Ok(Some(kept)));
        }
        assert_eq!(limit("99,5", None, SKIN, fahrenheit, ","), Ok(Some(3_750)));
        assert_eq!(
            limit("100", None, Metric::HeartRate, fahrenheit, ","),
            Ok(Some(10_000)),
            "no temperature"
        );
        assert_eq!(limit("", Some(3_750), SKIN, fahrenheit, ","), Ok(None));
        assert!(limit("warm", None, SKIN, fahrenheit, ",").is_err());
    }

    #[test]
    fn a_height_stays_through_feet_and_inches() {
        for cm in 50..=250 {
            let (feet, inches) = feet_and_inches(cm);
            assert!(inches < 12, "{cm}");
            assert_eq!(height(&feet.to_string(), &inches.to_string(), Some(cm)), Ok(Some(cm)));
        }
        assert_eq!(feet_and_inches(173), (5, 8));
        assert_eq!(height("5", "8", None), Ok(Some(173)));
        assert_eq!(height("5", "", None), Ok(Some(152)));
        assert_eq!(height("", "68", None), Ok(Some(173)));
        assert_eq!(height("", "", Some(173)), Ok(None));
        assert!(height("five", "8", None).is_err());
    }
}
