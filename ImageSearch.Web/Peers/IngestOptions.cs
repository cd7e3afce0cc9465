using System.ComponentModel.DataAnnotations;

namespace ImageSearch.Web.Peers;

/// <summary>What web passes on to ingest. Configuration section <c>Forwarding</c>.</summary>
public sealed class IngestOptions
{
    public const string Section = "Forwarding";

    /// <summary>Most bytes of the list of URLs that an import starts with. Default 10 MB.</summary>
    [Range(1024, 1_000_000_000)]
    public long MaximumImportBytes { get; set; } = 10_000_000;
}
