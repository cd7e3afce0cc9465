using System.Buffers;
using System.Collections.Concurrent;
using System.Globalization;

namespace ImageSearch.ServiceDefaults.Metrics;

/// <summary>
/// Writes tags as Prometheus labels, <c>a="b",c="d"</c>, sorted by name so that one set of tags is one text whatever their order. The text
/// is built in a buffer of the caller: looking up a series allocates nothing.
/// </summary>
internal ref struct LabelText(Span<char> initial)
{
    private const int MaximumTags = 16;

    // Names of tags are constants of the code: a handful.
    private static readonly ConcurrentDictionary<string, string> Names = new(StringComparer.Ordinal);

    private Span<char> _buffer = initial;
    private char[]? _rented;
    private int _length;

    public readonly ReadOnlySpan<char> Text => _buffer[.._length];

    public void Write(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        tags = tags[..Math.Min(tags.Length, MaximumTags)];
        Span<int> order = stackalloc int[MaximumTags];
        Sort(tags, order);
        for (var i = 0; i < tags.Length; i++)
        {
            var tag = tags[order[i]];
            if (i > 0 && tags[order[i - 1]].Key == tag.Key)
            {
                continue; // a name must not appear twice
            }

            Append(_length > 0 ? "," : "");
            Append(NameOf(tag.Key));
            Append("=\"");
            AppendValue(tag.Value);
            Append("\"");
        }
    }

    public readonly void Dispose()
    {
        if (_rented is not null)
        {
            ArrayPool<char>.Shared.Return(_rented);
        }
    }

    private static string NameOf(string key) => Names.TryGetValue(key, out var name) ? name : Names.GetOrAdd(key, MetricName.Sanitize(key));

    private static void Sort(ReadOnlySpan<KeyValuePair<string, object?>> tags, Span<int> order)
    {
        for (var i = 0; i < tags.Length; i++)
        {
            var at = i;
            while (at > 0 && string.CompareOrdinal(tags[order[at - 1]].Key, tags[i].Key) > 0)
            {
                order[at] = order[--at];
            }

            order[at] = i;
        }
    }

    private void AppendValue(object? value)
    {
        switch (value)
        {
            case null:
                return;
            case string text:
                AppendEscaped(text);
                return;
            case bool flag:
                Append(flag ? "true" : "false");
                return;
            case ISpanFormattable number:
                Span<char> digits = stackalloc char[64];
                if (number.TryFormat(digits, out var written, default, CultureInfo.InvariantCulture))
                {
                    AppendEscaped(digits[..written]);
                    return;
                }

                break;
        }

        AppendEscaped(value.ToString());
    }

    private void AppendEscaped(scoped ReadOnlySpan<char> text)
    {
        foreach (var c in text)
        {
            switch (c)
            {
                case '\\':
                    Append(@"\\");
                    break;
                case '"':
                    Append("\\\"");
                    break;
                case '\n':
                    Append("\\n");
                    break;
                default:
                    Append([c]);
                    break;
            }
        }
    }

    private void Append(scoped ReadOnlySpan<char> text)
    {
        if (_length + text.Length > _buffer.Length)
        {
            var larger = ArrayPool<char>.Shared.Rent((_buffer.Length + text.Length) * 2);
            Text.CopyTo(larger);
            Dispose();
            _buffer = _rented = larger;
        }

        text.CopyTo(_buffer[_length..]);
        _length += text.Length;
    }
}
