namespace ImageSearch.Cli.Importing;

/// <summary>A file to send.</summary>
/// <param name="Name">What the collection will call its source: the path below the folder that was named.</param>
internal sealed record LocalFile(string Path, string Name, long Length, DateTime ChangedAt);
