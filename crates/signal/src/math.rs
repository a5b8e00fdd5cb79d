//! The little mathematics that `core` lacks on a chip without an FPU: square root, powers and logarithms of two good to a
//! few parts in a million, and a sine for tables computed at compile time.

/// Square root for `x >= 0`; zero for anything else, NaN included.
pub fn sqrt(x: f32) -> f32 {
    if !(x > 0.0 && x < f32::INFINITY) {
        return 0.0;
    }
    // Halve the exponent for a first guess, then Newton's method (Heron): each step doubles the good digits.
    let mut y = f32::from_bits((x.to_bits() >> 1) + 0x1fbd_1df5);
    for _ in 0..3 {
        y = 0.5 * (y + x / y);
    }
    y
}

/// Logarithm to base 2 for `x > 0`; -126 for all else.
pub fn log2(x: f32) -> f32 {
    let bits = if x.is_nan() { f32::MIN_POSITIVE } else { x.clamp(f32::MIN_POSITIVE, f32::MAX) }.to_bits();
    let mut exponent = ((bits >> 23) & 0xff) as i32 - 127;
    let mut m = f32::from_bits((bits & 0x007f_ffff) | 0x3f80_0000);
    if m > core::f32::consts::SQRT_2 {
        m *= 0.5;
        exponent += 1;
    }
    // ln(m) = 2 atanh((m - 1) / (m + 1))
    let z = (m - 1.0) / (m + 1.0);
    let z2 = z * z;
    let ln = 2.0 * z * (1.0 + z2 * (1.0 / 3.0 + z2 * (0.2 + z2 / 7.0)));
    exponent as f32 + ln * core::f32::consts::LOG2_E
}

/// Two to the power `x`, from 2^-126 to 2^126.
pub fn exp2(x: f32) -> f32 {
    let x = x.clamp(-126.0, 126.0);
    let whole = floor(x);
    let r = (x - whole - 0.5) * core::f32::consts::LN_2;
    let e = 1.0 + r * (1.0 + r * (0.5 + r * (1.0 / 6.0 + r * (1.0 / 24.0 + r / 120.0))));
    e * core::f32::consts::SQRT_2 * f32::from_bits(((whole as i32 + 127) as u32) << 23)
}

/// The chance that a logistic sum stands for, 0..1.
pub fn logistic(sum: f32) -> f32 {
    1.0 / (1.0 + exp2(-sum * core::f32::consts::LOG2_E))
}

/// Largest whole number not above `x` (for |x| below two thousand million).
pub fn floor(x: f32) -> f32 {
    let t = x as i32 as f32;
    if t > x { t - 1.0 } else { t }
}

/// Sine of `turn` whole turns, for tables made at compile time.
pub const fn sin_turn(turn: f64) -> f64 {
    // Bring into -0.25..=0.25 turns, where the series converges at once.
    let mut t = turn - (turn as i64) as f64;
    if t > 0.5 {
        t -= 1.0;
    } else if t < -0.5 {
        t += 1.0;
    }
    if t > 0.25 {
        t = 0.5 - t;
    } else if t < -0.25 {
        t = -0.5 - t;
    }
    let x = t * core::f64::consts::TAU;
    let (mut term, mut sum, mut k) = (x, x, 1.0);
    while k < 12.0 {
        term = -term * x * x / ((2.0 * k) * (2.0 * k + 1.0));
        sum += term;
        k += 1.0;
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_the_standard_library() {
        let mut x = 1e-20f32;
        while x < 1e20 {
            assert!((sqrt(x) / x.sqrt() - 1.0).abs() < 1e-6, "sqrt {x}");
            assert!((log2(x) - x.log2()).abs() < 2e-5, "log2 {x}");
            x *= 1.37;
        }
        let mut x = -50.0f32;
        while x < 50.0 {
            assert!((exp2(x) / x.exp2() - 1.0).abs() < 1e-4, "exp2 {x}");
            assert!((sin_turn(f64::from(x)) - (f64::from(x) * core::f64::consts::TAU).sin()).abs() < 1e-9);
            x += 0.0371;
        }
        assert_eq!(sqrt(f32::NAN), 0.0);
    }
}
