using System.ComponentModel.DataAnnotations;

namespace ImageSearch.Web.Overload;

/// <summary>
/// How much is worked on at a time; more is refused at once instead of waiting for ever. Configuration section <c>Overload</c>. Little's
/// law gives the numbers: what is in work is what is answered in a second times the seconds that each takes.
/// </summary>
public sealed class OverloadOptions
{
    public const string Section = "Overload";

    /// <summary>
    /// Searches in work at a time: reading the picture that is searched by does not count. Default: 4 for each processor, at least 16.
    /// </summary>
    [Range(1, 100_000, ErrorMessage = "Overload:Searches must be between 1 and 100,000.")]
    public int Searches { get; set; } = Math.Max(16, 4 * Environment.ProcessorCount);

    /// <summary>
    /// Searches of a burst that wait for one of them to end; when the line has not been empty for <see cref="LongestWait"/>, as many as
    /// <see cref="Searches"/> at most. Default: 8 for each processor, at least 64.
    /// </summary>
    [Range(0, 100_000, ErrorMessage = "Overload:WaitingSearches must be between 0 and 100,000.")]
    public int WaitingSearches { get; set; } = Math.Max(64, 8 * Environment.ProcessorCount);

    /// <summary>Bytes of pictures to search by in memory at a time; at least what one may have. Default 256 MiB.</summary>
    [Range(1_000_000, 1L << 40, ErrorMessage = "Overload:SearchBytes must be between 1,000,000 and 2^40.")]
    public long SearchBytes { get; set; } = 256L << 20;

    /// <summary>Uploads and imports that are passed on to ingest at a time; nothing of them stays in memory. Default 256.</summary>
    [Range(1, 100_000, ErrorMessage = "Overload:Uploads must be between 1 and 100,000.")]
    public int Uploads { get; set; } = 256;

    /// <summary>Uploads that wait for one of them to end; nothing of them is read before. Default 64.</summary>
    [Range(0, 100_000, ErrorMessage = "Overload:WaitingUploads must be between 0 and 100,000.")]
    public int WaitingUploads { get; set; } = 64;

    /// <summary>Longest time that a request waits for its turn. Default 1 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:01:00", ErrorMessage = "Overload:LongestWait must be between 1 ms and 1 min.")]
    public TimeSpan LongestWait { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>When a refused client is told to come back, in whole seconds. Default 1 s.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00", ErrorMessage = "Overload:RetryAfter must be between 1 s and 10 min.")]
    public TimeSpan RetryAfter { get; set; } = TimeSpan.FromSeconds(1);
}
