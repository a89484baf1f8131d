//! The graphics card through WebGPU, used only if its results agree with the processor's.

use burn::tensor::Device;

use super::unusable::unusable;
use crate::array::{Array, Window, read_all};
use crate::classifier::graph::sample;
use crate::error::Result;
use crate::mask::{Area, Variation};
use crate::picture::{Jitterable, Planes, Scene};

/// Largest relative difference up to which the adapter's results agree with the CPU's.
const PARITY: f32 = 2e-3;
/// Number of kernels that are queued before they are sent to the adapter. It is small, so that no submission runs for
/// seconds.
const TASKS_MAX: usize = 32;

/// Opens the graphics card, and returns it with its name.
///
/// # Errors
/// Fails with [`ErrorKind::Device`](crate::ErrorKind::Device) if there is none, or if its results are wrong.
pub async fn open() -> Result<(Device, String)> {
    let name = probe().await?;
    let options = Device::wgpu_options().tasks_max(TASKS_MAX);
    let device = options.init_async().await.map_err(|e| unusable(format!("WebGPU could not be started ({e})")))?;
    self_test(&device).await?;
    Ok((device, name))
}

/// Asks for an adapter first, because Burn's runtime panics if an adapter lacks timestamp queries.
async fn probe() -> Result<String> {
    let instance = wgpu::Instance::default();
    let options =
        wgpu::RequestAdapterOptions { power_preference: wgpu::PowerPreference::HighPerformance, ..Default::default() };
    let adapter =
        instance.request_adapter(&options).await.map_err(|_| unusable("this browser offers no WebGPU adapter"))?;
    if !adapter.features().contains(wgpu::Features::TIMESTAMP_QUERY) {
        return Err(unusable("the WebGPU adapter lacks timestamp queries, which the GPU library needs"));
    }
    let info = adapter.get_info();
    let name = [info.name, info.driver, info.driver_info].into_iter().find(|text| !text.is_empty());
    Ok(name.unwrap_or_else(|| "WebGPU adapter".to_owned()))
}

/// Runs the important kernels on both devices. An invalid shader fails silently in a browser and leaves wrong numbers,
/// so the numbers are compared.
async fn self_test(device: &Device) -> Result<()> {
    let expected = read_all(sample(&Device::flex())?).await?;
    let got = read_all(sample(device)?).await?;
    let worst = expected.iter().zip(&got).map(|(a, b)| difference(a, b)).fold(0f32, f32::max);
    // A NaN fails the comparison too.
    if worst < PARITY && got.iter().flatten().all(|v| v.is_finite()) {
        return Ok(());
    }
    Err(unusable(format!(
        "the WebGPU adapter's results differ from the CPU's by {:.1} % in a self-test",
        100.0 * worst
    )))
}

/// Returns the largest difference, relative to the largest expected number.
fn difference(expected: &[f32], got: &[f32]) -> f32 {
    let scale = expected.iter().fold(1e-6f32, |m, v| m.max(v.abs()));
    expected.iter().zip(got).map(|(a, b)| (a - b).abs() / scale).fold(0f32, f32::max)
}

/// Returns the results of a small network and its gradient, and of the other kernels of a step: a blended picture, a
/// matrix product, a softmax and regularisers. A convolution, its gradient and the pooling of other layers are added.
/// All numbers are fixed.
fn sample(device: &Device) -> Result<Vec<Array>> {
    let wave = |shape: &[usize], step: f32| {
        let count = shape.iter().product::<usize>();
        Array::new((0..count).map(|i| (i as f32 * step).sin()).collect(), shape, device)
    };
    let options = burn::tensor::ops::ConvOptions::new([1, 1], [1, 1], [1, 1], 1);
    let (picture, weight) = (wave(&[2, 3, 20, 20], 0.37), wave(&[8, 3, 3, 3], 0.91));
    let features = picture.clone().conv2d(weight.clone(), None, options.clone());
    let back = Array::conv2d_input_gradient(picture, weight, features.clone(), options);
    let window = Window { kernel: [3, 3], stride: [2, 2], pad_begin: [1, 1], pad_end: [1, 1], dilation: [1, 1] };
    let (pooled, indices) = features.clone().max_pool2d(&window);
    let unpooled = Array::max_pool2d_backward(features, &window, pooled.clone(), indices);
    let flat = pooled.reshape(&[2, 800]).matmul(wave(&[800, 10], 0.53)).mul_scalar(0.05).softmax(1);
    let [answers, gradient] = sample::answers_and_gradient(device)?;
    Ok([vec![answers, gradient, back, unpooled, flat], step(device)].concat())
}

/// Returns a blended picture, the gradient of its mask, and the gradient of a grid's regularisers.
fn step(device: &Device) -> Vec<Array> {
    let wave = |count: usize| (0..count).map(|i| 0.5 + 0.4 * (i as f32 * 0.29).sin()).collect::<Vec<f32>>();
    let planes = |values: Vec<f32>| Planes { side: 20, values };
    let scene = Scene { photo: planes(wave(1200)), null: planes(vec![0.3; 1200]) };
    let view = Jitterable::new(&scene, 16, device).view((3, 1));
    let blended = view.blend(Array::new(wave(256), &[1, 1, 16, 16], device));
    let masks = view.mask_gradient(blended.clone());
    let area = Area { weight: 0.1, free_value: 1.0 };
    let grid = Array::new(wave(64), &[1, 1, 8, 8], device);
    let (value, terms) = Variation::new(0.2, 3.0, 8, device).with_area(area, grid);
    vec![blended, masks, value, terms]
}
