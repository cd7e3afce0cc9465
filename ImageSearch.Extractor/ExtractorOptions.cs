using System.ComponentModel.DataAnnotations;
using ImageSearch.Extractor.Models;

namespace ImageSearch.Extractor;

/// <summary>How the work is done. Configuration section <c>Extractor</c>.</summary>
public sealed class ExtractorOptions
{
    public const string Section = "Extractor";

    /// <summary>Pictures of one inference at most, formed from what waits: none waits for others to come. Default 16.</summary>
    [Range(1, 256, ErrorMessage = "Extractor:BatchSize must be between 1 and 256.")]
    public int BatchSize { get; set; } = 16;

    /// <summary>Threads of one inference. Default: the processors.</summary>
    [Range(1, 256, ErrorMessage = "Extractor:InferenceThreads must be between 1 and 256.")]
    public int InferenceThreads { get; set; } = Environment.ProcessorCount;

    /// <summary>
    /// What the network runs on: <c>Cpu</c> (default) or <c>Cuda</c>. CUDA that cannot be used ends the extractor at start.
    /// </summary>
    [EnumDataType(typeof(ExecutionProvider), ErrorMessage = "Extractor:ExecutionProvider is Cpu or Cuda.")]
    public ExecutionProvider ExecutionProvider { get; set; }

    /// <summary>
    /// Pictures decoded at a time, for queries and for the collection each; a progressive 64 Mpixel file takes some 400 MB. Default: the
    /// processors.
    /// </summary>
    [Range(1, 256, ErrorMessage = "Extractor:DecodeWorkers must be between 1 and 256.")]
    public int DecodeWorkers { get; set; } = Environment.ProcessorCount;

    /// <summary>Queries in work or waiting at most; more are refused as busy. Default 64.</summary>
    [Range(1, 10_000, ErrorMessage = "Extractor:MaximumQueries must be between 1 and 10,000.")]
    public int MaximumQueries { get; set; } = 64;

    /// <summary>Pictures taken from the work queue at a time. Default 32.</summary>
    [Range(1, 1000, ErrorMessage = "Extractor:Prefetch must be between 1 and 1,000.")]
    public int Prefetch { get; set; } = 32;

    /// <summary>Attempts at a picture before it is given up. Default 5.</summary>
    [Range(1, 100, ErrorMessage = "Extractor:MaximumAttempts must be between 1 and 100.")]
    public int MaximumAttempts { get; set; } = 5;
}
