using System.ComponentModel.DataAnnotations;

namespace ImageSearch.Web.Thumbnails;

/// <summary>Configuration section <c>Thumbnails</c>.</summary>
public sealed class ThumbnailOptions
{
    public const string Section = "Thumbnails";

    /// <summary>
    /// Thumbnails that are made at the same time; the others wait. Each holds one decoded picture. Default: the number of processors.
    /// </summary>
    [Range(1, 256)]
    public int Concurrency { get; set; } = Environment.ProcessorCount;

    /// <summary>How long a request waits for its turn and its thumbnail. Default 30 s.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(30);
}
