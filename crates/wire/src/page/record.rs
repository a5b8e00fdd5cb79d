//! One record as its difference from the one before.
//!
//! In this order (numbers "as usual" are Golomb-Rice codes that adapt to what the field's numbers were):
//!
//! 1. time since the record before, less 1,000 ms, as usual (not for the page's first);
//! 2. one bit: something rare follows. If so five bits: state, SpO₂, skin temperature, battery, event; then those set, in this
//!    order: state (worn, activity in two bits, whether there is a heart rate), the SpO₂'s, the temperature's, the battery's
//!    difference from the last one told, as usual, the event's kind (as usual) and detail (8 bits);
//! 3. the heart rate's difference, if there is one; the quality's; the steps: each as usual;
//! 4. how many beat-to-beat intervals: a run of ones and a zero; 1, 2, 0, 3, 4, 5, 6 by rising length; then each as its
//!    difference from the one before, the very first from the one that the heart rate tells.
//!
//! Differences wrap around at the field's width, so that every value of it can follow every other.

use super::PageError;
use super::bits::{BitReader, BitWriter, Usual};
use vitals::{
    Activity, Bpm, CentiCelsius, Event, EventKind, Percent, Quality, Record, RrMillis, Seq, Steps,
    UptimeMillis,
};

const STATE: u64 = 1 << 4;
const SPO2: u64 = 1 << 3;
const TEMPERATURE: u64 = 1 << 2;
const BATTERY: u64 = 1 << 1;
const EVENT: u64 = 1;

/// The usual time between two records.
const TICK_MS: u64 = 1_000;

/// How many intervals a run of so many ones stands for.
const RR_COUNTS: [usize; vitals::MAX_RR + 1] = [1, 2, 0, 3, 4, 5, 6];

/// What both ends know from the records before.
#[derive(Clone, Copy, Debug)]
pub(super) struct Context {
    seq: Seq,
    uptime: u64,
    /// Whether the page's first record is still to come: its place and uptime are in the page's header.
    at_first: bool,
    worn: bool,
    activity: Activity,
    has_heart_rate: bool,
    heart_rate: u16,
    quality: u8,
    spo2: u8,
    temperature: i16,
    battery: u8,
    /// 0 until the page has told one.
    rr: u16,
    usual_time: Usual,
    usual_heart_rate: Usual,
    usual_quality: Usual,
    usual_steps: Usual,
    usual_rr: Usual,
    usual_spo2: Usual,
    usual_temperature: Usual,
    usual_battery: Usual,
    usual_event: Usual,
}

impl Context {
    pub(super) fn new() -> Self {
        Self {
            seq: Seq(0),
            uptime: 0,
            at_first: true,
            worn: true,
            activity: Activity::Still,
            has_heart_rate: true,
            heart_rate: 72,
            quality: 90,
            spo2: 97,
            temperature: 3_300,
            battery: 80,
            rr: 0,
            usual_time: Usual::new(2),
            usual_heart_rate: Usual::new(6),
            usual_quality: Usual::new(6),
            usual_steps: Usual::new(0),
            usual_rr: Usual::new(48),
            usual_spo2: Usual::new(2),
            usual_temperature: Usual::new(32),
            usual_battery: Usual::new(8),
            usual_event: Usual::new(4),
        }
    }

    /// The page's first record stands at this place and uptime.
    pub(super) fn begin(&mut self, seq: Seq, uptime: UptimeMillis) {
        self.seq = seq;
        self.uptime = uptime.0;
    }

    pub(super) fn write(&mut self, writer: &mut BitWriter<'_>, record: &Record) -> Result<(), PageError> {
        self.write_time(writer, record)?;
        self.write_rare(writer, record)?;
        if let Some(Bpm(heart_rate)) = record.heart_rate {
            let change = zigzag16(heart_rate.wrapping_sub(self.heart_rate));
            writer.put_usual(change, &mut self.usual_heart_rate)?;
            self.heart_rate = heart_rate;
        }
        let change = zigzag8(record.quality.0.wrapping_sub(self.quality));
        writer.put_usual(change, &mut self.usual_quality)?;
        self.quality = record.quality.0;
        writer.put_usual(u64::from(record.steps.0), &mut self.usual_steps)?;
        let ones = RR_COUNTS.iter().position(|&count| count == record.rr.len()).ok_or(PageError::Value)?;
        writer.put((2 << ones) - 2, u32::try_from(ones + 1).map_err(|_| PageError::Value)?)?;
        for &RrMillis(rr) in &record.rr {
            let change = zigzag16(rr.wrapping_sub(self.expected_rr()));
            writer.put_usual(change, &mut self.usual_rr)?;
            self.rr = rr;
        }
        Ok(())
    }

    fn write_time(&mut self, writer: &mut BitWriter<'_>, record: &Record) -> Result<(), PageError> {
        if self.at_first {
            self.at_first = false;
            return Ok(());
        }
        let seq = self.seq.0.checked_add(1).ok_or(PageError::NotConsecutive)?;
        let passed = record.uptime.0.checked_sub(self.uptime).ok_or(PageError::NotConsecutive)?;
        if record.seq.0 != seq {
            return Err(PageError::NotConsecutive);
        }
        writer.put_usual(zigzag64(passed.wrapping_sub(TICK_MS)), &mut self.usual_time)?;
        self.begin(record.seq, record.uptime);
        Ok(())
    }

    fn write_rare(&mut self, writer: &mut BitWriter<'_>, record: &Record) -> Result<(), PageError> {
        let has_heart_rate = record.heart_rate.is_some();
        let state = (record.worn, record.activity, has_heart_rate);
        let rare = if state == (self.worn, self.activity, self.has_heart_rate) { 0 } else { STATE }
            | if record.spo2.is_some() { SPO2 } else { 0 }
            | if record.skin_temperature.is_some() { TEMPERATURE } else { 0 }
            | if record.battery.is_some() { BATTERY } else { 0 }
            | if record.event.is_some() { EVENT } else { 0 };
        if rare == 0 {
            return writer.put(0, 1);
        }
        writer.put(1 << 5 | rare, 6)?;
        if rare & STATE != 0 {
            (self.worn, self.activity, self.has_heart_rate) = state;
            let bits =
                u64::from(self.worn) << 3 | u64::from(self.activity.code()) << 1 | u64::from(has_heart_rate);
            writer.put(bits, 4)?;
        }
        if let Some(Percent(spo2)) = record.spo2 {
            writer.put_usual(zigzag8(spo2.wrapping_sub(self.spo2)), &mut self.usual_spo2)?;
            self.spo2 = spo2;
        }
        if let Some(CentiCelsius(temperature)) = record.skin_temperature {
            let change = zigzag16(temperature.wrapping_sub(self.temperature).cast_unsigned());
            writer.put_usual(change, &mut self.usual_temperature)?;
            self.temperature = temperature;
        }
        if let Some(Percent(battery)) = record.battery {
            writer.put_usual(zigzag8(battery.wrapping_sub(self.battery)), &mut self.usual_battery)?;
            self.battery = battery;
        }
        if let Some(event) = record.event {
            writer.put_usual(u64::from(event.kind.code()), &mut self.usual_event)?;
            writer.put(u64::from(event.detail), 8)?;
        }
        Ok(())
    }

    pub(super) fn read(&mut self, reader: &mut BitReader<'_>) -> Result<Record, PageError> {
        self.read_time(reader)?;
        let mut record = Record { seq: self.seq, uptime: UptimeMillis(self.uptime), ..Record::default() };
        self.read_rare(reader, &mut record)?;
        record.worn = self.worn;
        record.activity = self.activity;
        if self.has_heart_rate {
            let change = unzigzag16(usual(reader, &mut self.usual_heart_rate)?)?;
            self.heart_rate = self.heart_rate.wrapping_add(change);
            record.heart_rate = Some(Bpm(self.heart_rate));
        }
        let change = unzigzag8(usual(reader, &mut self.usual_quality)?)?;
        self.quality = self.quality.wrapping_add(change);
        record.quality = Quality(self.quality);
        let steps = usual(reader, &mut self.usual_steps)?;
        record.steps = Steps(u16::try_from(steps).map_err(|_| PageError::Value)?);
        let mut ones = 0;
        while reader.take(1).ok_or(PageError::Truncated)? == 1 {
            ones += 1;
            if ones == RR_COUNTS.len() {
                return Err(PageError::Value);
            }
        }
        for _ in 0..RR_COUNTS.get(ones).copied().ok_or(PageError::Value)? {
            let change = unzigzag16(usual(reader, &mut self.usual_rr)?)?;
            // Not `self.rr`: the first is told against the heart rate.
            self.rr = self.expected_rr().wrapping_add(change);
            record.rr.push(RrMillis(self.rr)).map_err(|_| PageError::Value)?;
        }
        Ok(record)
    }

    fn read_time(&mut self, reader: &mut BitReader<'_>) -> Result<(), PageError> {
        if self.at_first {
            self.at_first = false;
            return Ok(());
        }
        let passed = unzigzag64(usual(reader, &mut self.usual_time)?).wrapping_add(TICK_MS);
        self.uptime = self.uptime.checked_add(passed).ok_or(PageError::Value)?;
        self.seq = Seq(self.seq.0.checked_add(1).ok_or(PageError::Value)?);
        Ok(())
    }

    fn read_rare(&mut self, reader: &mut BitReader<'_>, record: &mut Record) -> Result<(), PageError> {
        if reader.take(1).ok_or(PageError::Truncated)? == 0 {
            return Ok(());
        }
        let rare = reader.take(5).ok_or(PageError::Truncated)?;
        if rare & STATE != 0 {
            let bits = reader.take(4).ok_or(PageError::Truncated)?;
            self.worn = bits & 8 != 0;
            let code = u8::try_from(bits >> 1 & 3).map_err(|_| PageError::Value)?;
            self.activity = Activity::from_code(code).ok_or(PageError::Value)?;
            self.has_heart_rate = bits & 1 != 0;
        }
        if rare & SPO2 != 0 {
            self.spo2 = self.spo2.wrapping_add(unzigzag8(usual(reader, &mut self.usual_spo2)?)?);
            record.spo2 = Some(Percent(self.spo2));
        }
        if rare & TEMPERATURE != 0 {
            let change = unzigzag16(usual(reader, &mut self.usual_temperature)?)?;
            self.temperature = self.temperature.wrapping_add(change.cast_signed());
            record.skin_temperature = Some(CentiCelsius(self.temperature));
        }
        if rare & BATTERY != 0 {
            self.battery = self.battery.wrapping_add(unzigzag8(usual(reader, &mut self.usual_battery)?)?);
            record.battery = Some(Percent(self.battery));
        }
        if rare & EVENT != 0 {
            let code = usual(reader, &mut self.usual_event)?;
            let kind = u8::try_from(code).ok().and_then(EventKind::from_code).ok_or(PageError::Value)?;
            let detail = reader.take(8).ok_or(PageError::Truncated)?;
            let detail = u8::try_from(detail).map_err(|_| PageError::Value)?;
            record.event = Some(Event { kind, detail });
        }
        Ok(())
    }

    /// The interval before, or, at the page's first, the one that the heart rate tells.
    fn expected_rr(&self) -> u16 {
        match self.rr {
            0 => u16::try_from(60_000 / u32::from(self.heart_rate.max(1))).unwrap_or(u16::MAX),
            rr => rr,
        }
    }
}

fn usual(reader: &mut BitReader<'_>, usual: &mut Usual) -> Result<u64, PageError> {
    reader.take_usual(usual).ok_or(PageError::Truncated)
}

// Small differences of either sign become small numbers: 0, -1, 1, -2 … to 0, 1, 2, 3 …

fn zigzag8(change: u8) -> u64 {
    let change = change.cast_signed();
    u64::from((change << 1 ^ change >> 7).cast_unsigned())
}

fn zigzag16(change: u16) -> u64 {
    let change = change.cast_signed();
    u64::from((change << 1 ^ change >> 15).cast_unsigned())
}

fn zigzag64(change: u64) -> u64 {
    let change = change.cast_signed();
    (change << 1 ^ change >> 63).cast_unsigned()
}

fn unzigzag8(number: u64) -> Result<u8, PageError> {
    let number = u8::try_from(number).map_err(|_| PageError::Value)?;
    Ok(number >> 1 ^ (number & 1).wrapping_neg())
}

fn unzigzag16(number: u64) -> Result<u16, PageError> {
    let number = u16::try_from(number).map_err(|_| PageError::Value)?;
    Ok(number >> 1 ^ (number & 1).wrapping_neg())
}

fn unzigzag64(number: u64) -> u64 {
    number >> 1 ^ (number & 1).wrapping_neg()
}
