namespace ImageSearch.Client.Imports;

/// <summary>How far an import has come.</summary>
/// <param name="Total">Null until a folder has been listed.</param>
/// <param name="Rate">Pictures a second.</param>
/// <param name="SecondsLeft">Null when it cannot be told.</param>
/// <param name="Kind"><c>urls</c> or <c>folder</c>.</param>
/// <param name="Name">The folder's own name, or the first URL.</param>
public sealed record ImportStatus(
    string Id,
    long? Total,
    long Accepted,
    long Duplicate,
    long Rejected,
    bool Done,
    IReadOnlyList<ImportProblem> Problems,
    ImportState? State = null,
    DateTimeOffset? CreatedAt = null,
    DateTimeOffset? UpdatedAt = null,
    double? Rate = null,
    double? SecondsLeft = null,
    string? Kind = null,
    string? Name = null,
    IReadOnlyList<string>? Tags = null);
