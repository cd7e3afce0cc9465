using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using ImageSearch.Client;
using Spectre.Console;

namespace ImageSearch.Cli.Output;

/// <summary>
/// Results on standard output, everything else on standard error. Where output is not a terminal it is plain: columns with tabs between
/// them, nothing cut off. Colours follow NO_COLOR.
/// </summary>
internal sealed class Terminal
{
    private readonly JsonSerializerOptions _json = new(ImageSearchClient.Json) { WriteIndented = true };
    private readonly IAnsiConsole _out = Create(Console.Out, Console.IsOutputRedirected);
    private readonly IAnsiConsole _error = Create(Console.Error, Console.IsErrorRedirected);

    public Terminal(bool json) => Json = json;

    /// <summary>Whether the answer is wanted as JSON.</summary>
    public bool Json { get; }

    /// <summary>Whether a person sees what is written to standard error.</summary>
    public static bool IsWatched => !Console.IsErrorRedirected;

    /// <summary>For progress bars.</summary>
    public IAnsiConsole Error => _error;

    /// <summary>One sentence on standard error.</summary>
    public static void Complain(string sentence) => Console.Error.WriteLine(SafeText.Line(sentence));

    public static void WriteLine(string line) => Console.Out.WriteLine(SafeText.Line(line));

    /// <summary>Something that a person wants to know beside the result.</summary>
    public static void Note(string sentence) => Console.Error.WriteLine(SafeText.Line(sentence));

    /// <summary>An answer of the API, as the client reads it.</summary>
    public void WriteJson<T>(T value) => WriteJson(value, (JsonTypeInfo<T>)_json.GetTypeInfo(typeof(T)));

    public static void WriteJson<T>(T value, JsonTypeInfo<T> type) => Console.Out.WriteLine(JsonSerializer.Serialize(value, type));

    /// <summary>Asks a person; where there is none, the option that answers is asked for.</summary>
    /// <exception cref="UsageException">Nobody is there to answer.</exception>
    public static bool Confirm(string question)
    {
        if (Console.IsInputRedirected || Console.IsErrorRedirected)
        {
            throw new UsageException($"{question} Nobody is here to ask: say --yes.");
        }

        Console.Error.Write(SafeText.Line($"{question} [y/N] "));
        return Console.In.ReadLine()?.Trim() is "y" or "Y" or "yes";
    }

    public void Write(TextTable table)
    {
        if (Console.IsOutputRedirected)
        {
            table.WritePlain(Console.Out);
        }
        else if (table.FitsInto(_out.Profile.Width))
        {
            _out.Write(table.ToSpectre());
        }
        else
        {
            table.WriteAligned(Console.Out);
        }
    }

    private static IAnsiConsole Create(TextWriter writer, bool redirected)
    {
        var plain = redirected || Environment.GetEnvironmentVariable("TERM") == "dumb";
        var colourless = plain || Environment.GetEnvironmentVariable("NO_COLOR") is { Length: > 0 };
        return AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(writer),
            Ansi = plain ? AnsiSupport.No : AnsiSupport.Detect,
            Interactive = plain ? InteractionSupport.No : InteractionSupport.Detect,
            ColorSystem = colourless ? ColorSystemSupport.NoColors : ColorSystemSupport.Detect,
        });
    }
}
