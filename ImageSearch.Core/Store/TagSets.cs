namespace ImageSearch.Core.Store;

/// <summary>What every store checks of a change of tags.</summary>
internal static class TagSets
{
    /// <exception cref="ArgumentException">A tag is to be added and taken away at once.</exception>
    public static void ThrowIfBoth(IReadOnlyCollection<string> add, IReadOnlyCollection<string> remove)
    {
        if (add.Intersect(remove, StringComparer.Ordinal).Any())
        {
            throw new ArgumentException("A tag cannot be added and removed at once.", nameof(remove));
        }
    }
}
