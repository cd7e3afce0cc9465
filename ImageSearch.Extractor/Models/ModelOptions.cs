using ImageSearch.Core.Imaging;
using ImageSearch.Core.Models;

namespace ImageSearch.Extractor.Models;

/// <summary>The model that this extractor runs. Configuration section <c>Model</c>, written by the AppHost.</summary>
public sealed record ModelOptions : ModelDeclaration
{
    public const string Section = "Model";

    /// <summary>Bytes that are downloaded at most. Default 2 GB (2,000,000,000).</summary>
    public long MaximumBytes { get; init; } = 2_000_000_000;

    /// <summary>How long a download may take. Default 15 min.</summary>
    public TimeSpan DownloadTimeout { get; init; } = TimeSpan.FromMinutes(15);

    public ModelKey Key => new(Name, Version);
}

internal static class ModelInputExtensions
{
    extension(ModelInput input)
    {
        /// <summary>What a picture is decoded to.</summary>
        public DecodeTarget Target => new(input.Width, input.Height, input.Resize, input.ResizeTo);

        /// <summary>Floats of one picture.</summary>
        public int Length => input.Width * input.Height * 3;
    }
}
