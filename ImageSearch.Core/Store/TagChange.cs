namespace ImageSearch.Core.Store;

/// <summary>What came of a change of tags.</summary>
/// <param name="Changed">Pictures whose tags are others now.</param>
/// <param name="Unknown">Pictures that there are none of: never added, or deleted.</param>
public readonly record struct TagChange(int Changed, int Unknown);
