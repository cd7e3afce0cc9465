using ImageSearch.Core.Imports;

namespace ImageSearch.Core.Contracts;

/// <summary>Answer of <c>GET /api/v1/imports/{id}</c> (web) and <c>GET /imports/{id}</c> (ingest).</summary>
/// <param name="Total">Null until the folder has been listed.</param>
public sealed record ImportStatus(
    string Id, long? Total, long Accepted, long Duplicate, long Rejected, bool Done, IReadOnlyList<ImportProblem> Problems);
