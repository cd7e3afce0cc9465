using ImageSearch.Core.Models;

namespace ImageSearch.Extractor.Models;

/// <summary>The model that this extractor runs. Configuration section <c>Model</c>, written by the AppHost; docs/models.md explains the fields.</summary>
public sealed class ModelOptions
{
    public const string Section = "Model";

    /// <summary>Lower-case DNS label of at most 32 characters.</summary>
    public string Name { get; set; } = "";

    /// <summary>Vectors of different versions are never compared: change it whenever vectors change.</summary>
    public string Version { get; set; } = "";

    /// <summary>Floats of a vector, 1..8192.</summary>
    public int Dimension { get; set; }

    /// <summary>Path, absolute or relative to the extractor's own directory, or http(s) URL of the ONNX file.</summary>
    public string Source { get; set; } = "";

    /// <summary>SHA-256 of the file, 64 hexadecimal digits. May be left out for a path, never for a URL.</summary>
    public string? Sha256 { get; set; }

    /// <summary>Bytes that are downloaded at most. Default 2 GB (2,000,000,000).</summary>
    public long MaximumBytes { get; set; } = 2_000_000_000;

    /// <summary>How long a download may take. Default 15 min.</summary>
    public TimeSpan DownloadTimeout { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>
    /// How queries come. Default <c>Http</c>; <c>Rpc</c>: over RabbitMQ as well, which needs the servers backend. <c>POST /embed</c> answers either way.
    /// </summary>
    public QueryTransport QueryTransport { get; set; }

    public ModelInputOptions Input { get; set; } = new();

    public ModelOutputOptions Output { get; set; } = new();

    public ModelTextOptions Text { get; set; } = new();

    public ModelKey Key => new(Name, Version);

    /// <summary>Whether a source is fetched rather than opened.</summary>
    internal static bool IsUrl(string source) =>
        source.StartsWith("http://", StringComparison.OrdinalIgnoreCase) || source.StartsWith("https://", StringComparison.OrdinalIgnoreCase);
}
