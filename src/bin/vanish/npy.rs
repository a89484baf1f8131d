//! NumPy's `.npy` files (formats 1.0 and 2.0), for float arrays in C order.
//!
//! They are read by hand, because the crates that read them bring a parser generator or an array library, each larger
//! than this command.

use std::path::Path;

use vanish::{Error, ErrorKind, Result};

const MAGIC: &[u8] = b"\x93NUMPY";

/// Reads a float array, and returns its shape and its values, row by row.
///
/// # Errors
/// Fails with [`ErrorKind::Io`] if the file cannot be read or is not such an array.
pub fn read(path: &Path) -> Result<(Vec<usize>, Vec<f32>)> {
    let bytes = super::files::read(path)?;
    parse(&bytes).map_err(|cause| {
        Error::new(ErrorKind::Io, format!("{} is not a float array in NumPy's .npy form: {cause}", path.display()))
    })
}

fn parse(bytes: &[u8]) -> std::result::Result<(Vec<usize>, Vec<f32>), String> {
    let rest = bytes.strip_prefix(MAGIC).ok_or("it does not begin as one")?;
    let (length, start) = match rest {
        [1, _, a, b, ..] => (u16::from_le_bytes([*a, *b]) as usize, 10),
        [2, _, a, b, c, d, ..] => (u32::from_le_bytes([*a, *b, *c, *d]) as usize, 12),
        _ => return Err("its version is unknown".into()),
    };
    let header = bytes.get(start..start + length).ok_or("it is cut short")?;
    let header = String::from_utf8_lossy(header);
    if field(&header, "fortran_order")?.starts_with("True") {
        return Err("it is in Fortran order; save it with np.ascontiguousarray".into());
    }
    let shape = shape(&header)?;
    let count = shape.iter().try_fold(1usize, |n, &d| n.checked_mul(d)).ok_or("its shape is absurd")?;
    let data = &bytes[start + length..];
    let values: Vec<f32> = match field(&header, "descr")?.trim_matches(['\'', '"']) {
        "<f4" => data.chunks_exact(4).map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect(),
        "<f8" => data
            .chunks_exact(8)
            .map(|b| f64::from_le_bytes([b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7]]) as f32)
            .collect(),
        other => return Err(format!("its type is {other}; save it as float32")),
    };
    if values.len() != count {
        return Err(format!("{count} values were promised and {} are there", values.len()));
    }
    Ok((shape, values))
}

/// Returns the text of a header's entry, up to the next comma outside brackets.
fn field<'a>(header: &'a str, name: &str) -> std::result::Result<&'a str, String> {
    let missing = || format!("its header lacks {name}");
    let at = header.find(&format!("'{name}'")).ok_or_else(missing)?;
    let (_, value) = header[at..].split_once(':').ok_or_else(missing)?;
    let end = if value.trim_start().starts_with('(') { value.find(')') } else { value.find(',') };
    Ok(value[..end.ok_or_else(missing)?].trim())
}

fn shape(header: &str) -> std::result::Result<Vec<usize>, String> {
    let inside = field(header, "shape")?.trim_start_matches('(');
    let sizes = inside.split(',').map(str::trim).filter(|s| !s.is_empty());
    sizes.map(|s| s.parse().map_err(|_| format!("its shape has \"{s}\" in it"))).collect()
}

/// Writes a float array.
///
/// # Errors
/// Fails with [`ErrorKind::Io`] if the file cannot be written.
pub fn write(path: &Path, shape: &[usize], values: &[f32]) -> Result<()> {
    super::files::write(path, &bytes(shape, values))
}

fn bytes(shape: &[usize], values: &[f32]) -> Vec<u8> {
    let sizes: String = shape.iter().map(|s| format!("{s}, ")).collect();
    let mut header = format!("{{'descr': '<f4', 'fortran_order': False, 'shape': ({}), }}", sizes.trim_end());
    // The data begin at a multiple of 64 bytes.
    let padding = (64 - (MAGIC.len() + 4 + header.len() + 1) % 64) % 64;
    header.push_str(&" ".repeat(padding));
    header.push('\n');
    let mut bytes = MAGIC.to_vec();
    bytes.extend([1, 0]);
    bytes.extend((header.len() as u16).to_le_bytes());
    bytes.extend(header.as_bytes());
    bytes.extend(values.iter().flat_map(|v| v.to_le_bytes()));
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_back() {
        let values: Vec<f32> = (0..6).map(|i| i as f32 / 3.0).collect();
        assert_eq!(parse(&bytes(&[1, 2, 3], &values)), Ok((vec![1, 2, 3], values)));
        assert_eq!(parse(&bytes(&[1], &[5.0])), Ok((vec![1], vec![5.0])));
    }

    #[test]
    fn damage_is_named() {
        let whole = bytes(&[4], &[1.0, 2.0, 3.0, 4.0]);
        assert_eq!(parse(&whole[..whole.len() - 4]), Err("4 values were promised and 3 are there".into()));
        assert!(parse(b"hello").is_err());
        assert!(parse(&whole[..20]).is_err());
    }
}
