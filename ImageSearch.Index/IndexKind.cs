namespace ImageSearch.Index;

/// <summary>An algorithm and what an index of it is built with. What only a search uses, such as ef, is no part of it.</summary>
internal sealed record IndexKind(string Name, IReadOnlyDictionary<string, long> Parameters)
{
    public bool Equals(IndexKind? other) =>
        other is not null && Name == other.Name && Parameters.Count == other.Parameters.Count
        && Parameters.All(pair => other.Parameters.TryGetValue(pair.Key, out var value) && value == pair.Value);

    public override int GetHashCode() => Name.GetHashCode(StringComparison.Ordinal);

    public override string ToString() =>
        Parameters.Count == 0 ? Name : $"{Name} ({string.Join(", ", Parameters.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key} {pair.Value}"))})";
}
