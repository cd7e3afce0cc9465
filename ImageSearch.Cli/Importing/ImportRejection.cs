namespace ImageSearch.Cli.Importing;

/// <summary>A file that was not taken, and why.</summary>
internal sealed record ImportRejection(string Source, string Reason);
