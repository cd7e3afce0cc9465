using System.Globalization;
using System.Text;

namespace ImageSearch.Client.Http;

/// <summary>Builds an address with the parameters that are given.</summary>
internal sealed class QueryString(string path)
{
    private readonly StringBuilder _text = new(path);
    private bool _any;

    public QueryString Add(string name, string? value)
    {
        if (value is not null)
        {
            _text.Append(_any ? '&' : '?').Append(name).Append('=').Append(Uri.EscapeDataString(value));
            _any = true;
        }

        return this;
    }

    public QueryString Add(string name, int? value) => Add(name, value?.ToString(CultureInfo.InvariantCulture));

    public QueryString Add(IEnumerable<(string Name, string Value)> parameters)
    {
        foreach (var (name, value) in parameters)
        {
            Add(name, value);
        }

        return this;
    }

    public override string ToString() => _text.ToString();

    /// <summary>Data within a path.</summary>
    public static string Segment(string text) => Uri.EscapeDataString(text);
}
