using System.ComponentModel.DataAnnotations;

namespace ImageSearch.Web.Peers;

/// <summary>How web passes requests on to ingest. Configuration section <c>Forwarding</c>.</summary>
public sealed class IngestOptions
{
    public const string Section = "Forwarding";

    /// <summary>Longest time of an upload, from its first byte to ingest's answer. Default 15 min.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "24:00:00")]
    public TimeSpan UploadTimeout { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>Most bytes of a list of URLs. Default 10 MB.</summary>
    [Range(1024, 1_000_000_000)]
    public long MaximumImportBytes { get; set; } = 10_000_000;
}
