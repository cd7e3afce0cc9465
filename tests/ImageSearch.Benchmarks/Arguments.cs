using System.Globalization;

namespace ImageSearch.Benchmarks;

/// <summary>Options of a benchmark, written <c>--name value</c> or, where they are only there or not, <c>--name</c>.</summary>
internal sealed class Arguments
{
    private readonly Dictionary<string, string?> _given = [];

    public Arguments(ReadOnlySpan<string> words, params string[] known)
    {
        for (var i = 0; i < words.Length; i++)
        {
            if (!words[i].StartsWith("--", StringComparison.Ordinal) || !known.Contains(words[i][2..]))
            {
                throw new ArgumentException($"{words[i]} is not an option here. Options are: {string.Join(", ", known.Select(name => "--" + name))}.");
            }

            var name = words[i][2..];
            _given[name] = i + 1 < words.Length && !words[i + 1].StartsWith("--", StringComparison.Ordinal) ? words[++i] : null;
        }
    }

    public bool Has(string name) => _given.ContainsKey(name);

    public string? Text(string name) => _given.GetValueOrDefault(name);

    public T Number<T>(string name, T otherwise)
        where T : IParsable<T> =>
        !_given.TryGetValue(name, out var text) ? otherwise
        : T.TryParse(text, CultureInfo.InvariantCulture, out var number) ? number
        : throw new ArgumentException($"--{name} {text} is not a number.");

    public T[] Numbers<T>(string name, params T[] otherwise)
        where T : IParsable<T> =>
        Text(name) is { } list ? [.. list.Split(',').Select(word => T.Parse(word, CultureInfo.InvariantCulture))] : otherwise;
}
