//! The axis of the values: round, generous, and still while the readings move within it.

use bridge::{Form, Span, Temperature};
use vitals::Metric;

/// In which unit values are written: temperatures in the person's, all others in the metric's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unit {
    /// The metric's own.
    Own,
    /// A temperature.
    Degrees(Temperature),
    /// How far one temperature is from another.
    Difference(Temperature),
}

impl Unit {
    pub fn of(metric: Metric, form: Form, temperature: Temperature) -> Self {
        match (metric, form) {
            (Metric::SkinTemperature | Metric::AmbientTemperature, Form::Deviations) => {
                Self::Difference(temperature)
            }
            (Metric::SkinTemperature | Metric::AmbientTemperature, _) => Self::Degrees(temperature),
            _ => Self::Own,
        }
    }

    /// A value as it is written.
    pub fn shown(self, value: f64) -> f64 {
        match self {
            Self::Own => value,
            Self::Degrees(unit) => unit.shown(value),
            Self::Difference(unit) => unit.difference(value),
        }
    }

    /// What is written so, in the metric's own unit.
    fn own(self, shown: f64) -> f64 {
        match self {
            Self::Own => shown,
            Self::Degrees(unit) => unit.celsius(shown),
            Self::Difference(unit) => unit.celsius(shown) - unit.celsius(0.0),
        }
    }

    fn is_fahrenheit(self) -> bool {
        matches!(self, Self::Degrees(Temperature::Fahrenheit) | Self::Difference(Temperature::Fahrenheit))
    }
}

/// The values' axis, in the metric's own unit. Its lines stand at values that are round as they are written.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Axis {
    pub low: f64,
    pub high: f64,
    /// From one line of the grid to the next, as it is written.
    pub step: f64,
    /// How values are written.
    pub unit: Unit,
}

impl Axis {
    /// The axis on which values from `least` to `most` are shown; `kept` is the one shown before, which it never shrinks below.
    pub fn of(
        what: (Metric, Span, Form),
        unit: Unit,
        values: Option<(f64, f64)>,
        kept: Option<(f64, f64)>,
    ) -> Self {
        let written =
            |range: Option<(f64, f64)>| range.map(|(low, high)| (unit.shown(low), unit.shown(high)));
        let axis = Self::written(what, unit, written(values), written(kept));
        Self { low: unit.own(axis.low), high: unit.own(axis.high), ..axis }
    }

    /// The same, all of it as it is written.
    fn written(
        (metric, span, form): (Metric, Span, Form),
        unit: Unit,
        values: Option<(f64, f64)>,
        kept: Option<(f64, f64)>,
    ) -> Self {
        let (low, high, grain) = match (unit.is_fahrenheit(), form) {
            (false, _) => usual(metric, span, form),
            (true, Form::Deviations) => (-3.0, 3.0, 1.0),
            (true, _) => (86.0, 100.0, 2.0),
        };
        let kept = kept.filter(|(low, high)| low.is_finite() && high.is_finite() && high > low);
        let ranges = [values, kept];
        let least = ranges.iter().flatten().fold(low, |least, range| least.min(range.0));
        let most = ranges.iter().flatten().fold(high, |most, range| most.max(range.1));
        if form == Form::Bars && metric == Metric::Steps {
            let step = round_step(most / 4.0);
            return Self { low: 0.0, high: (most / step - 1e-9).ceil() * step, step, unit };
        }
        if form == Form::Deviations {
            let reach = (most.max(-least) / grain - 1e-9).ceil() * grain;
            return Self {
                low: -reach,
                high: reach,
                step: if reach > 4.0 * grain { 2.0 * grain } else { grain },
                unit,
            };
        }
        let low = (least / grain + 1e-9).floor() * grain;
        // Nobody has more than all of their blood saturated.
        let top = if metric == Metric::Spo2 { 100.0 } else { f64::INFINITY };
        let high = ((most / grain - 1e-9).ceil() * grain).min(top);
        // Eight lines at most: beyond, every second one.
        let step = if high - low > 8.0 * grain { 2.0 * grain } else { grain };
        Self { low, high, step, unit }
    }

    /// The values at which the grid has lines, from below.
    pub fn lines(&self) -> impl Iterator<Item = f64> {
        let (low, high) = (self.unit.shown(self.low), self.unit.shown(self.high));
        let first = (low / self.step - 1e-6).ceil();
        let count = ((high / self.step - first) + 1e-6).floor().max(0.0);
        // A grid has some lines, not more.
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "small and not negative")]
        let count = count.min(50.0) as u32;
        let (step, unit) = (self.step, self.unit);
        (0..=count).map(move |n| unit.own((first + f64::from(n)) * step))
    }

    /// How many decimals its labels need.
    pub fn decimals(&self) -> usize {
        usize::from(self.step.fract().abs() > 1e-9)
    }
}

/// The range that is shown in any case, and the grain by which it grows.
fn usual(metric: Metric, span: Span, form: Form) -> (f64, f64, f64) {
    match (metric, form) {
        (Metric::HeartRate, _) => (40.0, 120.0, 20.0),
        (Metric::Spo2, _) => (85.0, 100.0, 5.0),
        (_, Form::Deviations) => (-1.5, 1.5, 0.5),
        (Metric::SkinTemperature | Metric::AmbientTemperature, _) => (30.0, 38.0, 2.0),
        // Hours, shown in minutes below a day's bars.
        (Metric::Sleep, _) => match span {
            Span::Hour => (0.0, 5.0 / 60.0, 1.0 / 60.0),
            Span::ThreeHours => (0.0, 0.25, 5.0 / 60.0),
            Span::Day => (0.0, 1.0, 0.25),
            Span::Week | Span::Month => (0.0, 10.0, 2.0),
        },
        (Metric::Steps, _) => match span {
            Span::Hour => (0.0, 200.0, 50.0),
            Span::ThreeHours => (0.0, 400.0, 100.0),
            Span::Day => (0.0, 1_000.0, 250.0),
            Span::Week | Span::Month => (0.0, 10_000.0, 2_500.0),
        },
        (Metric::Battery | Metric::Activity, _) => (0.0, 100.0, 25.0),
    }
}

/// The smallest of 1, 2, 2.5 and 5 times a power of ten that is not below `least`.
fn round_step(least: f64) -> f64 {
    let power = 10_f64.powf(least.max(1.0).log10().floor());
    let steps = [1.0, 2.0, 2.5, 5.0].map(|times| times * power);
    steps.into_iter().find(|step| *step >= least - 1e-9).unwrap_or(10.0 * power)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn axis(metric: Metric, form: Form, values: Option<(f64, f64)>, kept: Option<(f64, f64)>) -> (f64, f64) {
        let axis = Axis::of((metric, Span::Week, form), Unit::Own, values, kept);
        (axis.low, axis.high)
    }

    #[test]
    fn the_axis_stays_while_the_heart_does() {
        let heart = |values, kept| axis(Metric::HeartRate, Form::Band, values, kept);
        assert_eq!(heart(None, None), (40.0, 120.0));
        assert_eq!(heart(Some((52.0, 118.0)), None), (40.0, 120.0));
        assert_eq!(heart(Some((52.0, 141.0)), None), (40.0, 160.0));
        assert_eq!(heart(Some((52.0, 118.0)), Some((40.0, 160.0))), (40.0, 160.0), "it does not jump back");
        assert_eq!(heart(Some((39.0, 160.0)), None), (20.0, 160.0));
        assert_eq!(heart(None, Some((f64::NAN, 5.0))), (40.0, 120.0), "nonsense is not kept");
    }

    #[test]
    fn oxygen_is_shown_from_85_to_100_and_lower_only_if_it_was() {
        assert_eq!(axis(Metric::Spo2, Form::Dots, Some((93.0, 100.0)), None), (85.0, 100.0));
        assert_eq!(axis(Metric::Spo2, Form::Dots, Some((82.0, 99.0)), None), (80.0, 100.0));
    }

    #[test]
    fn deviations_are_even_around_zero() {
        assert_eq!(axis(Metric::SkinTemperature, Form::Deviations, Some((-0.2, 0.4)), None), (-1.5, 1.5));
        assert_eq!(axis(Metric::SkinTemperature, Form::Deviations, Some((-0.2, 2.4)), None), (-2.5, 2.5));
    }

    #[test]
    fn the_grid_has_its_lines_and_no_endless_ones() {
        let lines: Vec<f64> =
            Axis::of((Metric::HeartRate, Span::Day, Form::Band), Unit::Own, None, None).lines().collect();
        assert_eq!(lines, [40.0, 60.0, 80.0, 100.0, 120.0]);
        let steps = Axis::of((Metric::Steps, Span::Week, Form::Bars), Unit::Own, Some((0.0, 14_210.0)), None);
        assert_eq!((steps.high, steps.step), (15_000.0, 5_000.0));
        let wild = Axis::of((Metric::Steps, Span::Week, Form::Bars), Unit::Own, Some((0.0, 4e9)), None);
        assert!(wild.lines().count() < 10);
        let oxygen: Vec<f64> =
            Axis::of((Metric::Spo2, Span::Day, Form::Dots), Unit::Own, None, None).lines().collect();
        assert_eq!(oxygen, [85.0, 90.0, 95.0, 100.0]);
    }

    #[test]
    fn degrees_fahrenheit_have_round_lines_of_their_own_and_the_axis_does_not_creep() {
        let (skin, fahrenheit) = (Metric::SkinTemperature, Temperature::Fahrenheit);
        let degrees = Unit::of(skin, Form::Line, fahrenheit);
        let of = |kept| Axis::of((skin, Span::Day, Form::Line), degrees, Some((33.0, 36.1)), kept);
        let axis = of(None);
        let lines: Vec<f64> = axis.lines().map(|line| degrees.shown(line).round()).collect();
        assert_eq!(lines, [86.0, 88.0, 90.0, 92.0, 94.0, 96.0, 98.0, 100.0]);
        assert!((axis.low - 30.0).abs() < 1e-9 && axis.decimals() == 0, "what is kept stays in °C");
        assert_eq!(of(Some((axis.low, axis.high))), axis, "the same again");
        let apart = Unit::of(skin, Form::Deviations, fahrenheit);
        let nights = Axis::of((skin, Span::Week, Form::Deviations), apart, Some((-0.4, 0.6)), None);
        let lines: Vec<f64> = nights.lines().map(|line| apart.shown(line).round()).collect();
        assert_eq!(lines, [-3.0, -2.0, -1.0, 0.0, 1.0, 2.0, 3.0], "a difference has no 32 in it");
    }
}
