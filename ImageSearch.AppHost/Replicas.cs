using System.ComponentModel;
using System.Globalization;

namespace ImageSearch.AppHost;

/// <summary>
/// How many processes of a service run: a count, or a range in which a cluster chooses by load. A laptop starts the least.
/// </summary>
[TypeConverter(typeof(Converter))]
internal readonly record struct Replicas(int Least, int Most)
{
    public const int Limit = 64;

    public bool IsRange => Most > Least;

    public bool IsValid => Least >= 1 && Most >= Least && Most <= Limit;

    public static implicit operator Replicas(int count) => new(count, count);

    /// <summary><c>2..20</c>.</summary>
    public static implicit operator Replicas(Range range) => new(range.Start.Value, range.End.Value);

    /// <returns><c>3</c>, or <c>2..20</c>; what is neither is not valid.</returns>
    public static Replicas Parse(string text)
    {
        var ends = text.Split("..");
        return ends.Length <= 2 && ends.All(end => int.TryParse(end, NumberStyles.None, CultureInfo.InvariantCulture, out _))
            ? new(int.Parse(ends[0], CultureInfo.InvariantCulture), int.Parse(ends[^1], CultureInfo.InvariantCulture))
            : default;
    }

    public override string ToString() => IsRange ? $"{Least}..{Most}" : $"{Least}";

    // By it configuration is bound.
    private sealed class Converter : TypeConverter
    {
        public override bool CanConvertFrom(ITypeDescriptorContext? context, Type sourceType) => sourceType == typeof(string);

        public override object? ConvertFrom(ITypeDescriptorContext? context, CultureInfo? culture, object value) => Parse((string)value);
    }
}
