using System.Text.Json.Serialization;

namespace ImageSearch.Contracts;

/// <summary>Body of <c>POST /api/v1/imports</c> (web) and <c>POST /imports</c> (ingest): either URLs or a folder.</summary>
public sealed record ImportRequest(IReadOnlyList<string>? Urls, string? Folder, IReadOnlyList<string>? Tags);

/// <summary>Answer of <c>POST /api/v1/imports</c> (web) and <c>POST /imports</c> (ingest).</summary>
public sealed record ImportStarted(string Id);

/// <summary>Answer of <c>GET /api/v1/imports</c> (web) and <c>GET /imports</c> (ingest): newest first, without their problems.</summary>
public sealed record ImportList(IReadOnlyList<ImportStatus> Imports);

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
}

/// <summary>What is being done about an import.</summary>
[JsonConverter(typeof(WordConverter<ImportState>))]
public enum ImportState
{
    /// <summary>A word that this version does not know.</summary>
    Unknown = -1,

    /// <summary>Nobody works on it now: others come first, or the worker died and its lease has ended.</summary>
    Waiting,

    /// <summary>A worker holds it.</summary>
    Running,

    /// <summary>Every source is settled.</summary>
    Done,

    /// <summary>Stopped by a person; what was taken in stays, and it can be resumed.</summary>
    Cancelled,
}

/// <summary>A source that could not be imported, and why, in words for a person.</summary>
public sealed record ImportProblem(string Source, string Reason);
