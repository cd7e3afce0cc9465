namespace ImageSearch.Extractor.Models;

/// <summary>What ONNX Runtime runs the network on.</summary>
public enum ExecutionProvider
{
    Cpu,

    /// <summary>The first NVIDIA GPU. Needs a build with <c>-p:OnnxRuntimeGpu=true</c>, CUDA 13 and cuDNN 9.</summary>
    Cuda,
}
