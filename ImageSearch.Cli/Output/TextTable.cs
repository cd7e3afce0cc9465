using Spectre.Console;

namespace ImageSearch.Cli.Output;

/// <summary>A table: pretty in a terminal, tabs between its columns elsewhere.</summary>
internal sealed class TextTable(params string[] columns)
{
    // On both sides of a cell, and between two.
    private const int Padding = 3;

    private readonly List<string[]> _rows = [];

    public int Count => _rows.Count;

    /// <summary>Headings of the columns whose values are numbers.</summary>
    public IReadOnlyCollection<string> Numbers { get; init; } = [];

    public void Add(params string?[] cells) => _rows.Add([.. cells.Select(SafeText.Line)]);

    public void WritePlain(TextWriter writer)
    {
        writer.WriteLine(string.Join('\t', columns.Select(column => column.ToUpperInvariant())));
        foreach (var row in _rows)
        {
            writer.WriteLine(string.Join('\t', row));
        }
    }

    /// <summary>
    /// Columns below each other, for a terminal that is too narrow for a table: it breaks lines where they end, so that an id can still be
    /// copied.
    /// </summary>
    public void WriteAligned(TextWriter writer)
    {
        var widths = Widths();
        foreach (var row in _rows.Prepend(columns))
        {
            writer.WriteLine(string.Join(
                "  ",
                row.Select((cell, i) => Numbers.Contains(columns[i]) ? cell.PadLeft(widths[i]) : cell.PadRight(widths[i]))).TrimEnd());
        }
    }

    /// <summary>Whether a table fits into a terminal without any of its cells being broken.</summary>
    public bool FitsInto(int width) => Widths().Sum(column => column + Padding) <= width;

    public Table ToSpectre()
    {
        var table = new Table { Border = TableBorder.Simple };
        foreach (var column in columns)
        {
            table.AddColumn(new TableColumn(new Text(column, new Style(decoration: Decoration.Bold)))
            {
                Alignment = Numbers.Contains(column) ? Justify.Right : Justify.Left,
            });
        }

        foreach (var row in _rows)
        {
            table.AddRow(row.Select(cell => new Text(cell)));
        }

        return table;
    }

    private int[] Widths() => [.. columns.Select((column, i) => _rows.Select(row => row[i].Length).Append(column.Length).Max())];
}
