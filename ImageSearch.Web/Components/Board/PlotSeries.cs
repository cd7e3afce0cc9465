namespace ImageSearch.Web.Components.Board;

/// <summary>One line of a plot.</summary>
/// <param name="Style">The class that gives it its colour.</param>
public sealed record PlotSeries(string Name, string Style, IReadOnlyList<double?> Values)
{
    public double? Latest => Values.Count > 0 ? Values[^1] : null;
}
