namespace ImageSearch.Core.Contracts;

/// <summary>Answer of <c>GET /api/v1/imports</c> (web) and <c>GET /imports</c> (ingest): newest first, without their problems.</summary>
public sealed record ImportList(IReadOnlyList<ImportStatus> Imports);
