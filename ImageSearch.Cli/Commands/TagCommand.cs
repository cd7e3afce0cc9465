using System.CommandLine;
using ImageSearch.Cli.Output;

namespace ImageSearch.Cli.Commands;

/// <summary><c>imagesearch tag</c>.</summary>
internal static class TagCommand
{
    private static readonly Argument<string[]> Ids = PictureIds.Argument(ArgumentArity.OneOrMore);
    private static readonly Option<string[]> Add = new("--add") { Description = "Tag to add; may be repeated.", HelpName = "TAG" };
    private static readonly Option<string[]> Remove = new("--remove") { Description = "Tag to remove; may be repeated.", HelpName = "TAG" };

    public static Command Create() => new Command("tag", "Add tags to pictures, or remove them.") { Ids, Add, Remove }.WithAction(RunAsync);

    private static async Task RunAsync(CliContext cli, ParseResult parsed, CancellationToken cancellationToken)
    {
        string[] add = parsed.GetValue(Add) ?? [], remove = parsed.GetValue(Remove) ?? [];
        if (add.Length + remove.Length == 0)
        {
            throw new UsageException("Say which tags: --add TAG or --remove TAG.");
        }

        var answer = await cli.Client.Images.TagAsync(PictureIds.Read(parsed.GetRequiredValue(Ids)), add, remove, cancellationToken);
        if (cli.Terminal.Json)
        {
            cli.Terminal.WriteJson(answer);
        }
        else
        {
            Terminal.WriteLine($"Changed {Figures.Pictures(answer.Changed)}.{Unknown(answer.Unknown)}");
        }
    }

    public static string Unknown(int count) => count switch
    {
        0 => "",
        1 => " 1 id is of no picture.",
        _ => $" {Figures.Count(count)} ids are of no picture.",
    };
}
