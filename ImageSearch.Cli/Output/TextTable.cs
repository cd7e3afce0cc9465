using Spectre.Console;

namespace ImageSearch.Cli.Output;

/// <summary>A table: pretty in a terminal, tabs between its columns elsewhere.</summary>
internal sealed class TextTable(params string[] columns)
{
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
}
