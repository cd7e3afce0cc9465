using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Components;

namespace ImageSearch.Web.Components.Board;

/// <summary>
/// A small plot of the last minutes, drawn on the server: the newest value is at the right edge, what is not known is a gap.
/// </summary>
public sealed partial class Plot : ComponentBase
{
    private const int Width = 300;
    private const int Height = 80;
    private const int Margin = 2;

    private static readonly int[] Scale = [1, 2, 5, 10];

    private double _top = 1;

    [Parameter, EditorRequired]
    public string Title { get; set; } = "";

    [Parameter]
    public string Unit { get; set; } = "";

    [Parameter, EditorRequired]
    public IReadOnlyList<PlotSeries> Series { get; set; } = [];

    /// <summary>Steps from edge to edge.</summary>
    [Parameter, EditorRequired]
    public int Steps { get; set; }

    [Parameter, EditorRequired]
    public double StepSeconds { get; set; }

    private string Ago => TimeSpan.FromSeconds(Steps * StepSeconds) is { TotalMinutes: >= 1 } span
        ? $"{Figures.Number(span.TotalMinutes)} min ago"
        : $"{Figures.Number(Steps * StepSeconds)} s ago";

    /// <summary>What the picture says, in words.</summary>
    private string Summary => $"{Title} since {Ago}: " + string.Join("; ", Series.Select(Summarize));

    protected override void OnParametersSet() => _top = Ceiling(Series.SelectMany(series => series.Values).Max() ?? 0);

    private string Summarize(PlotSeries series)
    {
        var name = Series.Count > 1 ? $"{series.Name} " : "";
        return series.Values.OfType<double>().ToList() is { Count: > 0 } known
            ? $"{name}now {Figures.Number(series.Latest)} {Unit}, lowest {Figures.Number(known.Min())}, highest {Figures.Number(known.Max())}"
            : $"{name}nothing measured yet";
    }

    private string Line(PlotSeries series)
    {
        var path = new StringBuilder();
        foreach (var (start, end) in Runs(series))
        {
            path.Append('M').Append(Point(series, start));
            for (var i = start + 1; i <= end; i++)
            {
                path.Append('L').Append(Point(series, i));
            }

            // A lone value is a dot: a line of no length with round ends.
            path.Append(start == end ? "h0.01" : "");
        }

        return path.ToString();
    }

    private string Area(PlotSeries series)
    {
        var path = new StringBuilder();
        foreach (var (start, end) in Runs(series).Where(run => run.End > run.Start))
        {
            path.Append(CultureInfo.InvariantCulture, $"M{Invariant(X(series, start))} {Invariant(Y(0))}");
            for (var i = start; i <= end; i++)
            {
                path.Append('L').Append(Point(series, i));
            }

            path.Append(CultureInfo.InvariantCulture, $"L{Invariant(X(series, end))} {Invariant(Y(0))}Z");
        }

        return path.ToString();
    }

    /// <summary>Values without a gap among them: from and to, both included.</summary>
    private static IEnumerable<(int Start, int End)> Runs(PlotSeries series)
    {
        int? start = null;
        for (var i = 0; i <= series.Values.Count; i++)
        {
            var known = i < series.Values.Count && series.Values[i] is not null;
            if (known)
            {
                start ??= i;
            }
            else if (start is { } from)
            {
                yield return (from, i - 1);
                start = null;
            }
        }
    }

    private string Point(PlotSeries series, int i) => $"{Invariant(X(series, i))} {Invariant(Y(series.Values[i]!.Value))}";

    private double X(PlotSeries series, int i) => Width * (double)(Steps - series.Values.Count + i) / Math.Max(1, Steps - 1);

    private double Y(double value) => Height - Margin - ((Height - (2 * Margin)) * Math.Min(value, _top) / _top);

    private static string Values(PlotSeries series) =>
        string.Join(' ', series.Values.Select(value => value is { } number ? Invariant(number) : "-"));

    /// <summary>The next of 1, 2, 5, 10, 20 …: a scale that does not jump at every sample.</summary>
    private static double Ceiling(double value)
    {
        if (value <= 0)
        {
            return 1;
        }

        var power = Math.Pow(10, Math.Floor(Math.Log10(value)));
        return Scale.Select(factor => factor * power).First(step => step >= value * 0.9999);
    }

    private static string Invariant(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);
}
