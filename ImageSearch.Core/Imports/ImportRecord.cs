namespace ImageSearch.Core.Imports;

/// <summary>An import of many pictures: what is asked for, and how far it has come. Durable, so that it goes on after a crash.</summary>
/// <param name="Id">Opaque; unguessable.</param>
/// <param name="Urls">URLs to fetch; empty for a folder import.</param>
/// <param name="Folder">Folder below an allowed root; null for a URL import.</param>
/// <param name="Total">Sources found so far; null until the folder has been listed.</param>
/// <param name="Position">Sources that are settled; of a list of URLs, where the work goes on.</param>
/// <param name="Problems">Rejected sources with their reasons, the first 1,000.</param>
/// <param name="Rate">Sources settled in a second lately, as the worker measured it; null before it could.</param>
/// <param name="Last">
/// Path below the folder of the last file that is settled: the work goes on behind it, whatever came or went meanwhile. Null at first, for
/// URLs, and in records of versions that only counted.
/// </param>
public sealed record ImportRecord(
    string Id,
    IReadOnlyList<string> Urls,
    string? Folder,
    IReadOnlyList<string> Tags,
    DateTimeOffset CreatedAt,
    long? Total = null,
    long Position = 0,
    long Accepted = 0,
    long Duplicate = 0,
    long Rejected = 0,
    bool Done = false,
    IReadOnlyList<ImportProblem>? Problems = null,
    double? Rate = null,
    string? Last = null)
{
    /// <summary>A person has stopped it. The store's own, like all below: saving progress does not change it.</summary>
    public bool Cancelled { get; init; }

    /// <summary>When it was saved last, by the store's clock.</summary>
    public DateTimeOffset UpdatedAt { get; init; }

    /// <summary>A worker held it when it was read.</summary>
    public bool IsLeased { get; init; }

    public ImportState State => this switch
    {
        { Done: true } => ImportState.Done,
        { Cancelled: true } => ImportState.Cancelled,
        { IsLeased: true } => ImportState.Running,
        _ => ImportState.Waiting,
    };

    public ImportStatus ToStatus()
    {
        var rate = State == ImportState.Running ? Rate : null;
        return new ImportStatus(Id, Total, Accepted, Duplicate, Rejected, Done, Problems ?? [])
        {
            State = State,
            Kind = Folder is null ? "urls" : "folder",
            Name = Folder is { } folder ? Path.GetFileName(Path.TrimEndingDirectorySeparator(folder)) : Urls is [var url, ..] ? url : "",
            Tags = Tags,
            CreatedAt = CreatedAt,
            UpdatedAt = UpdatedAt,
            Rate = rate is { } measured ? Math.Round(measured, 2) : null,
            SecondsLeft = rate is > 0 && Total is { } total ? Math.Round(Math.Max(0, total - Position) / rate.Value, 1) : null,
        };
    }
}
