//! On the chip's instruction set, in `qemu-system-riscv32 -icount`: instructions, and how deep the stack went.

use core::arch::asm;
use core::hint::black_box;
use core::panic::PanicInfo;

use riscv::register::minstret;
use semihosting::{println, process};
use signal::{Chain, Config};

use crate::scene::{SCENES, SETTLING_S, Scene};

/// How far below the stack pointer is watched, bytes.
const WATCHED: usize = 64 * 1024;
const UNTOUCHED: u32 = 0x5afe_57ac;

/// Prints one line of JSON a scene.
#[riscv_rt::entry]
fn main() -> ! {
    for scene in SCENES {
        measure(&scene);
    }
    process::exit(0)
}

#[inline(never)]
fn measure(scene: &Scene) {
    let top = stack_pointer();
    let watched = paint();
    let mut chain = Chain::new(Config::new(f32::from(scene.hz)));
    let (mut total, mut worst, mut measured) = (0, 0, 0);
    for (i, sample) in scene.samples().enumerate() {
        let before = minstret::read64();
        black_box(chain.push(black_box(&sample)));
        let taken = minstret::read64() - before;
        if i >= SETTLING_S * usize::from(scene.hz) {
            total += taken;
            worst = taken.max(worst);
            measured += 1;
        }
    }
    let stack = top - deepest(watched);
    println!(
        r#"{{"hz":{},"moving":{},"a_sample":{},"a_second":{},"worst_sample":{worst},"stack":{stack},"memory":{}}}"#,
        scene.hz,
        scene.moving,
        total / measured,
        total * u64::from(scene.hz) / measured,
        size_of::<Chain>(),
    );
}

/// The caller's stack pointer, or a little below.
#[inline(always)]
#[expect(unsafe_code, reason = "a register that only assembly names")]
fn stack_pointer() -> usize {
    let pointer: usize;
    // SAFETY: copies a register; touches neither memory nor flags.
    unsafe { asm!("mv {0}, sp", out(reg) pointer, options(nomem, nostack, preserves_flags)) };
    pointer
}

/// Writes a pattern below this function's frame and returns where it begins.
#[inline(never)]
#[expect(unsafe_code, reason = "looks at the unused part of the stack")]
fn paint() -> usize {
    let top = stack_pointer();
    let low = top - WATCHED;
    for address in (low..top).step_by(4) {
        // SAFETY: RAM below the stack pointer, which nothing uses (no interrupts, one hart, megabytes of stack); aligned, as the
        // stack pointer is.
        unsafe { (address as *mut u32).write_volatile(UNTOUCHED) };
    }
    low
}

/// The lowest address above `low` that no longer holds the pattern.
#[inline(never)]
#[expect(unsafe_code, reason = "looks at the unused part of the stack")]
fn deepest(low: usize) -> usize {
    let mut address = low;
    // SAFETY: reads up to the first changed word, which lies below the caller's frame; RAM, aligned, written by `paint`.
    while unsafe { (address as *const u32).read_volatile() } == UNTOUCHED {
        address += 4;
    }
    address
}

#[panic_handler]
fn panicked(info: &PanicInfo) -> ! {
    println!("{info}");
    process::exit(1)
}
