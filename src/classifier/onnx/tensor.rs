//! Reads the tensors of a file. Their values become `f32`, whatever their element type.

use half::{bf16, f16};
use onnx_ir::TensorProto;

use crate::classifier::host::{HostTensor, Kind, MAX_ELEMENTS};
use crate::classifier::refusal::{misfit, unsupported};
use crate::error::Result;

/// ONNX's number for text as an element type.
pub(super) const TEXT: i32 = 8;

/// Returns the kind of an ONNX element type (`TensorProto.DataType`), if values of that type can be computed with.
pub fn kind_of(data_type: i32) -> Option<Kind> {
    match data_type {
        1 | 10 | 11 | 16 => Some(Kind::Float),
        2..=7 | 12 | 13 => Some(Kind::Int),
        9 => Some(Kind::Bool),
        _ => None,
    }
}

/// Returns ONNX's name of an element type that is not supported, or else its number.
fn name_of(data_type: i32) -> String {
    match data_type {
        14 | 15 => "COMPLEX".into(),
        17..=20 | 24 => "FLOAT8".into(),
        21 => "UINT4".into(),
        22 => "INT4".into(),
        23 => "FLOAT4".into(),
        other => other.to_string(),
    }
}

/// Returns the range of an ONNX element type that quantised graphs use.
pub fn limits_of(data_type: i32) -> Option<(f32, f32)> {
    match data_type {
        2 => Some((0.0, 255.0)),
        3 => Some((-128.0, 127.0)),
        4 => Some((0.0, 65_535.0)),
        5 => Some((-32_768.0, 32_767.0)),
        _ => None,
    }
}

/// Returns the values of a tensor in the file, converted to `f32`.
///
/// # Errors
/// Fails with [`crate::ErrorKind::Model`] if the shape is too large, or the data are missing or of an unknown type.
pub fn read_tensor(tensor: &TensorProto) -> Result<HostTensor> {
    let shape = checked_shape(&tensor.dims)?;
    let count: usize = shape.iter().product();
    if !tensor.external_data.is_empty() {
        return Err(misfit("its values lie in a second file, which was not read; put it beside the model"));
    }
    let kind = kind_of(tensor.data_type)
        .ok_or_else(|| unsupported(format!("its element type ({})", name_of(tensor.data_type))))?;
    let values = if tensor.raw_data.is_empty() {
        typed_values(tensor)
    } else {
        raw_values(&tensor.raw_data, tensor.data_type, count)?
    };
    if values.len() != count {
        return Err(misfit(format!(
            "{count} values were promised and {} are there; the file is cut short or damaged",
            values.len()
        )));
    }
    Ok(HostTensor { limits: limits_of(tensor.data_type), ..HostTensor::new(kind, &shape, values) })
}

fn checked_shape(dims: &[i64]) -> Result<Vec<usize>> {
    let mut count = 1usize;
    dims.iter()
        .map(|&dim| {
            let size =
                usize::try_from(dim).map_err(|_| misfit(format!("a dimension is {dim}; none may be negative")))?;
            count = count
                .checked_mul(size)
                .filter(|&c| c <= MAX_ELEMENTS)
                .ok_or_else(|| misfit(format!("its shape {dims:?} asks for more than {MAX_ELEMENTS} elements")))?;
            Ok(size)
        })
        .collect()
}

fn typed_values(tensor: &TensorProto) -> Vec<f32> {
    match tensor.data_type {
        10 => tensor.int32_data.iter().map(|&v| f16::from_bits(v as u16).to_f32()).collect(),
        16 => tensor.int32_data.iter().map(|&v| bf16::from_bits(v as u16).to_f32()).collect(),
        7 => tensor.int64_data.iter().map(|&v| v as f32).collect(),
        11 => tensor.double_data.iter().map(|&v| v as f32).collect(),
        12 | 13 => tensor.uint64_data.iter().map(|&v| v as f32).collect(),
        1 => tensor.float_data.clone(),
        _ => tensor.int32_data.iter().map(|&v| v as f32).collect(),
    }
}

fn raw_values(raw: &[u8], data_type: i32, count: usize) -> Result<Vec<f32>> {
    let width = match data_type {
        2 | 3 | 9 => 1,
        4 | 5 | 10 | 16 => 2,
        1 | 6 | 12 => 4,
        _ => 8,
    };
    if raw.len() != count * width {
        return Err(misfit(format!(
            "{} bytes were expected and {} are there; the file is cut short or damaged",
            count * width,
            raw.len()
        )));
    }
    let words = raw.chunks_exact(width);
    Ok(match data_type {
        1 => words.map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect(),
        2 | 9 => raw.iter().map(|&b| f32::from(b)).collect(),
        3 => raw.iter().map(|&b| f32::from(b as i8)).collect(),
        4 => words.map(|b| f32::from(u16::from_le_bytes([b[0], b[1]]))).collect(),
        5 => words.map(|b| f32::from(i16::from_le_bytes([b[0], b[1]]))).collect(),
        10 => words.map(|b| f16::from_le_bytes([b[0], b[1]]).to_f32()).collect(),
        16 => words.map(|b| bf16::from_le_bytes([b[0], b[1]]).to_f32()).collect(),
        6 => words.map(|b| i32::from_le_bytes([b[0], b[1], b[2], b[3]]) as f32).collect(),
        12 => words.map(|b| u32::from_le_bytes([b[0], b[1], b[2], b[3]]) as f32).collect(),
        _ => words.map(|b| wide_value(b, data_type)).collect(),
    })
}

fn wide_value(b: &[u8], data_type: i32) -> f32 {
    let bytes = [b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7]];
    match data_type {
        7 => i64::from_le_bytes(bytes) as f32,
        11 => f64::from_le_bytes(bytes) as f32,
        _ => u64::from_le_bytes(bytes) as f32,
    }
}
