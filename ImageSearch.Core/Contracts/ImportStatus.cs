using System.Text.Json.Serialization;
using ImageSearch.Core.Imports;

namespace ImageSearch.Core.Contracts;

/// <summary>Answer of <c>GET /api/v1/imports/{id}</c> (web) and <c>GET /imports/{id}</c> (ingest).</summary>
/// <param name="Total">Null until the folder has been listed.</param>
/// <param name="Done">Every source is settled. A cancelled import is not done: it can be resumed.</param>
public sealed record ImportStatus(
    string Id, long? Total, long Accepted, long Duplicate, long Rejected, bool Done, IReadOnlyList<ImportProblem> Problems)
{
    public ImportState State { get; init; }

    /// <summary><c>urls</c> or <c>folder</c>.</summary>
    public string Kind { get; init; } = "urls";

    /// <summary>The folder's own name, or the first URL: what a person tells it from others by.</summary>
    public string Name { get; init; } = "";

    public IReadOnlyList<string> Tags { get; init; } = [];

    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When progress was saved last.</summary>
    public DateTimeOffset UpdatedAt { get; init; }

    /// <summary>Pictures settled in a second lately; only while it is running.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Rate { get; init; }

    /// <summary>How long the rest takes at that rate; only where rate and total are known.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? SecondsLeft { get; init; }

    public static ImportStatus Of(ImportRecord import)
    {
        var rate = import.State == ImportState.Running ? import.Rate : null;
        return new ImportStatus(
            import.Id, import.Total, import.Accepted, import.Duplicate, import.Rejected, import.Done, import.Problems ?? [])
        {
            State = import.State,
            Kind = import.Folder is null ? "urls" : "folder",
            Name = import.Folder is { } folder ? Path.GetFileName(Path.TrimEndingDirectorySeparator(folder)) : import.Urls is [var url, ..] ? url : "",
            Tags = import.Tags,
            CreatedAt = import.CreatedAt,
            UpdatedAt = import.UpdatedAt,
            Rate = rate is { } measured ? Math.Round(measured, 2) : null,
            SecondsLeft = rate is > 0 && import.Total is { } total ? Math.Round(Math.Max(0, total - import.Position) / rate.Value, 1) : null,
        };
    }
}
