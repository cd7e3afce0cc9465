using System.Collections.Frozen;

namespace ImageSearch.Core.Mongo;

/// <summary>What a reader of the feed has been given of the time that it will read again. Never changed: a cursor can be used twice.</summary>
/// <param name="Given">By picture, the revision given last and its time.</param>
/// <param name="CaughtUp">The page before ended the feed: the next one has little to read.</param>
internal sealed record FeedMemory(IReadOnlyDictionary<ImageId, (int Revision, long UpdatedAt)> Given, bool CaughtUp)
{
    /// <summary>Beyond it changes may repeat instead: 2 s of 50,000 writes a second.</summary>
    public const int MaximumGiven = 100_000;

    public static FeedMemory Empty { get; } = new(FrozenDictionary<ImageId, (int, long)>.Empty, CaughtUp: false);

    public bool Has(in FeedRow row) => Given.TryGetValue(row.Id, out var given) && given.Revision == row.Revision;

    /// <summary>Adds what is given now, and forgets what lies before the next page's beginning.</summary>
    public FeedMemory Next(IReadOnlyList<FeedRow> rows, long position, bool caughtUp)
    {
        if (rows.Count == 0 && caughtUp == CaughtUp && Given.Values.All(given => given.UpdatedAt >= position))
        {
            return this;
        }

        var next = new Dictionary<ImageId, (int, long)>(Given.Count + rows.Count);
        foreach (var (id, given) in Given.Where(given => given.Value.UpdatedAt >= position))
        {
            next[id] = given;
        }

        foreach (var row in rows.Where(row => row.UpdatedAt >= position))
        {
            next[row.Id] = (row.Revision, row.UpdatedAt);
        }

        return new FeedMemory(next.Count <= MaximumGiven ? next : Empty.Given, caughtUp);
    }
}
