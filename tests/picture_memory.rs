//! How much memory a thumbnail takes, as the kernel counts it. A program of its own, so that nothing else allocates beside it.

use std::fs;

use bytes::Bytes;
use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::{DynamicImage, ImageEncoder};
use xtablo::pictures::thumbnail::{self, MEMORY_MOST};

/// Bytes of a line of `/proc/self/status`.
fn status(name: &str) -> u64 {
    let status = fs::read_to_string("/proc/self/status").expect("Linux");
    let line = status.lines().find_map(|line| line.strip_prefix(name)).expect("a line");
    let kilobytes = line.trim_matches([':', '\t', ' ']).trim_end_matches(" kB");
    kilobytes.parse::<u64>().expect("a number") * 1024
}

/// Lets the peak begin anew, and gives what is resident by now.
fn reset_peak() -> u64 {
    fs::write("/proc/self/clear_refs", "5").expect("Linux");
    status("VmRSS")
}

fn png(picture: &DynamicImage, icc: Option<Vec<u8>>) -> Bytes {
    let mut bytes = Vec::new();
    let mut encoder = PngEncoder::new_with_quality(&mut bytes, CompressionType::Fast, FilterType::NoFilter);
    if let Some(icc) = icc {
        encoder.set_icc_profile(icc).expect("PNG takes profiles");
    }
    picture.write_with_encoder(encoder).expect("encoded");
    bytes.into()
}

#[test]
fn a_thumbnail_takes_no_more_memory_than_is_promised() {
    let pictures = [
        ("alpha", DynamicImage::new_rgba8(6_000, 6_000), None),
        ("16 bits and alpha", DynamicImage::new_rgba16(4_200, 4_200), None),
        (
            "a profile that unpacks to 100 MB",
            DynamicImage::new_rgba8(2_000, 2_000),
            Some(vec![0; 100_000_000]),
        ),
    ];
    let mut made = 0;
    for (name, picture, icc) in pictures {
        let packed = png(&picture, icc);
        drop(picture);
        let before = reset_peak();
        made += usize::from(thumbnail::make(&packed).is_ok());
        let took = status("VmHWM") - before;
        println!("{name}: {} MB", took >> 20);
        assert!(took <= MEMORY_MOST, "{name}: {} MB", took >> 20);
    }
    assert!(made >= 2, "only {made} were decoded, so the bound is not what was measured");
}
