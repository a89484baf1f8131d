//! Some eighty odd pictures, each read as an independent decoder reads it or refused in one sentence.
//!
//! `tests/reference/odd_pictures.py` makes them; its head says what `cases.json` holds.

mod common;

use std::path::PathBuf;

use common::golden_dir;
use image::{Rgb, RgbImage};
use serde::Deserialize;
use vanish::ErrorKind;
use vanish::picture::{Decoded, MAX_PIXELS, decode, to_png};

#[derive(Deserialize)]
struct Case {
    file: String,
    /// The PNG of what must be seen.
    pixels: Option<String>,
    #[serde(default)]
    within: u8,
    /// A word of the refusal.
    says: Option<String>,
}

fn folder() -> PathBuf {
    golden_dir().join("pictures")
}

fn bytes(file: &str) -> Vec<u8> {
    let path = folder().join(file);
    std::fs::read(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// What is wrong with how a case is read, if anything is.
fn fault(case: &Case) -> Option<String> {
    let read = decode(&bytes(&case.file));
    let wrong = match (&case.pixels, &case.says, read) {
        (Some(golden), None, Ok(Decoded { pixels, .. })) => differs(&pixels, golden, case.within)?,
        (None, Some(word), Err(error)) => unsaid(&error, word)?,
        (_, _, Ok(_)) => "was read, although it must be refused".into(),
        (_, _, Err(error)) => format!("was refused ({error})"),
    };
    Some(format!("{}: {wrong}", case.file))
}

fn differs(pixels: &RgbImage, golden: &str, within: u8) -> Option<String> {
    let right = image::load_from_memory(&bytes(golden)).expect("a golden is a PNG").into_rgb8();
    if pixels.dimensions() != right.dimensions() {
        return Some(format!("has the size {:?}, not {:?}", pixels.dimensions(), right.dimensions()));
    }
    let apart = pixels.as_raw().iter().zip(right.as_raw()).map(|(a, b)| a.abs_diff(*b)).max().unwrap_or(0);
    (apart > within).then(|| format!("lies {apart} of 255 off, more than {within}"))
}

fn unsaid(error: &vanish::Error, word: &str) -> Option<String> {
    let sentence = error.to_string();
    let one_sentence = !sentence.contains('\n') && sentence.len() < 300;
    let said = error.kind() == ErrorKind::Image && sentence.contains(word) && one_sentence;
    (!said).then(|| format!("is refused without \"{word}\": {sentence}"))
}

#[test]
fn odd_pictures_are_read_as_others_read_them_or_refused_by_name() {
    let cases: Vec<Case> = serde_json::from_slice(&bytes("cases.json")).expect("cases.json lists cases");
    let faults: Vec<String> = cases.iter().filter_map(fault).collect();
    assert!(cases.len() > 80 && faults.is_empty(), "{} of {}:\n{}", faults.len(), cases.len(), faults.join("\n"));
}

#[test]
fn what_is_cut_is_refused_and_what_is_damaged_is_no_panic() {
    let cases: Vec<Case> = serde_json::from_slice(&bytes("cases.json")).expect("cases.json lists cases");
    for case in cases.iter().filter(|case| case.pixels.is_some()) {
        let whole = bytes(&case.file);
        // The first frame of the animated GIF is whole after six tenths, and browsers read it then.
        let tenths = if case.file == "gif_animated.gif" { 3 } else { 6 };
        let cut = &whole[..whole.len() * tenths / 10];
        assert!(decode(cut).is_err_and(|e| e.kind() == ErrorKind::Image), "{} is read although it is cut", case.file);
        for at in (0..whole.len()).step_by(whole.len() / 40 + 1) {
            let mut damaged = whole.clone();
            damaged[at] ^= 0xff;
            // Some damage cannot be noticed; what is read must have a size that fits.
            let fits = decode(&damaged).map_or_else(|e| e.kind() == ErrorKind::Image, |d| d.pixels.width() >= 8);
            assert!(fits, "{} at {at}", case.file);
        }
    }
}

/// A JPEG of one grey, 128 + 100 / 8, that is a few bytes and one bit pair a block: as large as one likes.
fn flat_jpeg(width: u16, height: u16) -> Vec<u8> {
    let segment = |marker: u8, body: &[u8]| {
        let length = (body.len() as u16 + 2).to_be_bytes();
        [&[0xff, marker], &length[..], body].concat()
    };
    let frame = [&[8][..], &height.to_be_bytes(), &width.to_be_bytes(), &[1, 1, 0x11, 0]].concat();
    // Of the steady component the code 0 means no change and 10 a change of 7 bits; of the others 0 means that there
    // are none.
    let steady = [&[0x00, 1, 1][..], &[0; 14], &[0, 7]].concat();
    let others = [&[0x10, 1][..], &[0; 15], &[0]].concat();
    let blocks = usize::from(width).div_ceil(8) * usize::from(height).div_ceil(8);
    // 10, then 100 in 7 bits, then 0; after it two zeros a block.
    let mut coded = vec![0b1011_0010, 0b0000_0000];
    coded.resize(2 + blocks / 4, 0);
    [
        vec![0xff, 0xd8],
        segment(0xdb, &[&[0][..], &[1; 64]].concat()),
        segment(0xc0, &frame),
        segment(0xc4, &steady),
        segment(0xc4, &others),
        segment(0xda, &[1, 1, 0, 0, 63, 0]),
        coded,
        vec![0xff, 0xd9],
    ]
    .concat()
}

#[test]
fn above_the_limit_a_picture_is_shrunk_while_it_is_read_and_a_note_says_so() {
    // 40.1 and 160.1 megapixels.
    for (width, height, divisor) in [(8021, 5000, 2), (16_010, 10_000, 4)] {
        let Decoded { pixels, notes } = decode(&flat_jpeg(width, height)).expect("a JPEG");
        let size = [width, height].map(|length| u32::from(length).div_ceil(divisor));
        assert_eq!(pixels.dimensions(), (size[0], size[1]));
        assert!(pixels.pixels().all(|&p| p == Rgb([141; 3]) || p == Rgb([140; 3])), "{:?}", pixels.get_pixel(9, 9));
        assert!(notes.len() == 1 && notes[0].contains(&format!("{width} × {height}")), "{notes:?}");
    }
    let within = flat_jpeg(8000, 5000);
    assert!(decode(&within).is_ok_and(|d| d.notes.is_empty() && u64::from(d.pixels.width()) * 5000 == MAX_PIXELS));
    assert!(decode(&flat_jpeg(65_000, 65_000)).is_err_and(|e| e.to_string().contains("65000 × 65000")));
}

#[test]
fn a_large_png_is_shrunk_to_the_means_of_its_squares() {
    let large =
        image::GrayImage::from_fn(8021, 5000, |x, y| image::Luma([((x % 2) * 90 + (y % 2) * 30 + x / 1000) as u8]));
    let mut file = std::io::Cursor::new(vec![]);
    large.write_to(&mut file, image::ImageFormat::Png).expect("a PNG");
    let Decoded { pixels, notes } = decode(file.get_ref()).expect("a PNG");
    assert_eq!((pixels.dimensions(), notes.len()), ((4011, 2500), 1));
    assert_eq!([pixels.get_pixel(0, 7), pixels.get_pixel(2600, 0)], [&Rgb([60; 3]), &Rgb([65; 3])]);
    assert_eq!(pixels.get_pixel(4010, 0), &Rgb([23; 3]), "the last column is its own mean");
}

/// The tags of a grey TIFF of 8 × 8 pixels, with these in place of its own.
fn tags(other: &[(u16, &[u16])]) -> Vec<(u16, Vec<u16>)> {
    let grey: [(u16, &[u16]); 9] = [
        (256, &[8]),  // Width.
        (257, &[8]),  // Height.
        (258, &[8]),  // Bits of a sample.
        (259, &[1]),  // Not compressed.
        (262, &[1]),  // Black is 0.
        (273, &[0]),  // Where the pixels lie.
        (277, &[1]),  // Samples of a pixel.
        (278, &[8]),  // Rows of a strip.
        (279, &[64]), // Bytes of a strip.
    ];
    let mut tags: Vec<(u16, Vec<u16>)> = other.iter().map(|(tag, values)| (*tag, values.to_vec())).collect();
    tags.extend(grey.iter().filter(|(tag, _)| !other.iter().any(|(own, _)| own == tag)).map(|(t, v)| (*t, v.to_vec())));
    tags.sort();
    tags
}

/// A TIFF whose pixels are bytes that count up from 0; a BigTIFF has longer counts and offsets.
fn tiff(big: bool, tags: Vec<(u16, Vec<u16>)>) -> Vec<u8> {
    let long =
        |value: usize| if big { (value as u64).to_le_bytes().to_vec() } else { (value as u32).to_le_bytes().to_vec() };
    let head: &[u8] = if big { b"II+\0\x08\0\0\0\x10\0\0\0\0\0\0\0" } else { b"II*\0\x08\0\0\0" };
    let entry = if big { 20 } else { 12 };
    let pixels = head.len() + 8 + tags.len() * entry + 8;
    let mut file = head.to_vec();
    file.extend(if big {
        (tags.len() as u64).to_le_bytes().to_vec()
    } else {
        (tags.len() as u16).to_le_bytes().to_vec()
    });
    for (tag, values) in tags {
        let values = if tag == 273 { vec![pixels as u16] } else { values };
        file.extend([tag.to_le_bytes(), 3u16.to_le_bytes()].concat());
        file.extend(long(values.len()));
        let mut inline: Vec<u8> = values.iter().flat_map(|value| value.to_le_bytes()).collect();
        inline.resize(long(0).len(), 0);
        file.extend(inline);
    }
    file.resize(pixels, 0);
    file.extend(0..64);
    file
}

#[test]
fn a_whole_tiff_of_a_kind_that_is_not_read_is_not_called_damaged() {
    let grey = decode(&tiff(false, tags(&[]))).expect("a grey TIFF").pixels;
    assert!(grey.pixels().zip(0..).all(|(pixel, value)| pixel.0 == [value; 3]));
    assert_eq!(decode(&tiff(true, tags(&[]))).expect("a BigTIFF").pixels, grey);
    for (name, other) in [
        ("palette", &[(262, &[3][..])][..]),
        ("32-bit float", &[(258, &[32]), (339, &[3])]),
        ("grey and alpha", &[(258, &[8, 8]), (277, &[2]), (338, &[2])]),
        ("LZMA", &[(259, &[34925])]),
        ("ZSTD", &[(259, &[50000])]),
    ] {
        let error = decode(&tiff(false, tags(other))).map(|_| ()).expect_err(name).to_string();
        assert!(error.contains("this kind of TIFF is not read") && error.contains("PNG"), "{name}: {error}");
    }
}

#[test]
fn a_head_that_announces_more_than_fits_is_too_large_and_not_damaged() {
    let mut file = to_png(&RgbImage::new(9, 9)).expect("a PNG");
    file[16..24].copy_from_slice(&[0x7f, 0xff, 0xff, 0xff, 0x7f, 0xff, 0xff, 0xff]);
    // The head's check sum is that of its name and its 13 bytes.
    let bit = |crc: u32, _| if crc & 1 == 1 { (crc >> 1) ^ 0xedb8_8320 } else { crc >> 1 };
    let sum = !file[12..29].iter().fold(!0_u32, |crc, &byte| (0..8).fold(crc ^ u32::from(byte), bit));
    file[29..33].copy_from_slice(&sum.to_be_bytes());
    let error = decode(&file).err().expect("it is refused").to_string();
    assert!(error.contains("too large to be decoded") && !error.contains("damaged"), "{error}");
}

#[test]
fn a_bmp_whose_head_announces_more_than_fits_is_too_large_and_not_damaged() {
    let mut file = std::io::Cursor::new(vec![]);
    RgbImage::new(9, 9).write_to(&mut file, image::ImageFormat::Bmp).expect("a BMP");
    let with_size = |width: i32, height: i32| {
        let mut file = file.get_ref().clone();
        file[18..22].copy_from_slice(&width.to_le_bytes());
        file[22..26].copy_from_slice(&height.to_le_bytes());
        file
    };
    for (width, height, says) in [
        (32_768, 32_768, "32768 × 32768 pixels, more than"),
        (32_768, -32_768, "32768 × 32768 pixels, more than"),
        (i32::MAX, i32::MAX, "more than the 268 million that fit"),
        (70_000, 9, "too large to be decoded"),
    ] {
        let mut file = with_size(width, height);
        // As a whole file of that size would announce, too.
        file[2..6].copy_from_slice(&u32::MAX.to_le_bytes());
        let error = decode(&file).err().expect("it is refused").to_string();
        assert!(error.contains(says) && !error.contains("damaged"), "{width} × {height}: {error}");
    }
    let error = decode(&with_size(90, 90)).err().expect("it has too few rows").to_string();
    assert!(error.contains("damaged"), "{error}");
}
