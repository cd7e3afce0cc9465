namespace ImageSearch.Index.Snapshots;

/// <summary>The file is no snapshot that can be used: torn, damaged, of another format or of something else. The message says which.</summary>
internal sealed class InvalidSnapshotException(string message) : Exception(message);
