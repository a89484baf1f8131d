//! The graphics card by WebGPU, once its results agree with the processor's.

use burn::tensor::Device;

use super::unusable::unusable;
use crate::array::{Array, Window};
use crate::error::Result;

/// Relative difference up to which the adapter's results count as the CPU's.
const PARITY: f32 = 2e-3;
/// Kernels queued before they are sent to the adapter: few enough that no submission runs for seconds.
const TASKS_MAX: usize = 32;

/// Opens the graphics card; answers its name, too.
///
/// # Errors
/// [`ErrorKind::Device`](crate::ErrorKind::Device) if there is none, or its results are wrong.
pub async fn open() -> Result<(Device, String)> {
    let name = probe().await?;
    let options = Device::wgpu_options().tasks_max(TASKS_MAX);
    let device = options.init_async().await.map_err(|e| unusable(format!("WebGPU could not be started ({e})")))?;
    self_test(&device).await?;
    Ok((device, name))
}

/// Asks for an adapter first: Burn's runtime panics where one lacks timestamp queries.
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

/// Runs the kernels that matter on both devices. An invalid shader fails silently in a browser and
/// leaves wrong numbers, so numbers are what is compared.
async fn self_test(device: &Device) -> Result<()> {
    let expected = sample(&Device::flex()).read().await?;
    let got = sample(device).read().await?;
    let scale = expected.iter().fold(1e-6f32, |m, v| m.max(v.abs()));
    let worst = expected.iter().zip(&got).map(|(a, b)| (a - b).abs() / scale).fold(0f32, f32::max);
    // A NaN is not below the bound either.
    if worst < PARITY && got.iter().all(|v| v.is_finite()) {
        return Ok(());
    }
    Err(unusable(format!(
        "the WebGPU adapter's results differ from the CPU's by {:.1} % in a self-test",
        100.0 * worst
    )))
}

/// Convolution, its input gradient, pooling, a matrix product and a softmax on fixed numbers.
fn sample(device: &Device) -> Array {
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
    let parts = [back.reshape(&[2400]), unpooled.reshape(&[6400]), flat.reshape(&[20])];
    Array::concat(parts.to_vec(), 0)
}
