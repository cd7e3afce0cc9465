using System.Collections.Concurrent;
using ImageSearch.Core.Images;

namespace ImageSearch.Index.Search.Rows;

/// <summary>
/// Every distinct set of tags once, by a number, so that a row's tags are 4 bytes and a filter is a bit. One writer; readers look for tags
/// at any time. A set that no row has any more keeps its number: a reader of an older snapshot may still ask for it.
/// </summary>
internal sealed class TagSets
{
    /// <summary>The empty set's number.</summary>
    public const int None = 0;

    private readonly Dictionary<string, int> _numbers = [];
    private readonly List<IReadOnlyList<string>> _sets = [[]];
    private readonly List<TagFilter[]> _filtersOf = [[]];
    private readonly ConcurrentDictionary<string, TagFilter> _filters = [];

    /// <summary>The tags of a set; the writer's.</summary>
    public IReadOnlyList<string> this[int set] => _sets[set];

    /// <returns>The rows with a tag; null when there never was one.</returns>
    public TagFilter? Find(string tag) => _filters.GetValueOrDefault(TagRule.Clean(tag));

    /// <summary>All sets by their numbers; the writer's.</summary>
    public IReadOnlyList<string>[] ToArray() => [.. _sets];

    /// <summary>The number of a set, for one more row.</summary>
    public int Add(IReadOnlyList<string> tags)
    {
        var set = Number(tags);
        Count(set, 1);
        return set;
    }

    /// <summary>One more row of a set that has a number.</summary>
    public void Add(int set) => Count(set, 1);

    /// <summary>The number of a set, which it gets now if it has none.</summary>
    public int Number(IReadOnlyList<string> tags)
    {
        if (tags.Count == 0)
        {
            return None;
        }

        var key = tags.Count == 1 ? tags[0] : string.Join('\0', tags);
        if (!_numbers.TryGetValue(key, out var set))
        {
            set = _sets.Count;
            _numbers.Add(key, set);
            _sets.Add([.. tags]);
            // A store may have tags from before they were kept in NFC.
            TagFilter[] filters = [.. tags.Select(TagRule.Clean).Distinct().Select(tag => _filters.GetOrAdd(tag, _ => new TagFilter()))];
            Array.ForEach(filters, filter => filter.Add(set));
            _filtersOf.Add(filters);
        }

        return set;
    }

    /// <summary>A row of this set is gone.</summary>
    public void Remove(int set) => Count(set, -1);

    private void Count(int set, int rows)
    {
        foreach (var filter in _filtersOf[set])
        {
            filter.Count(rows);
        }
    }
}
