using System.CommandLine;
using System.Globalization;
using ImageSearch.Cli.Output;
using ImageSearch.Client.Images;

namespace ImageSearch.Cli.Commands;

/// <summary><c>imagesearch list</c>.</summary>
internal static class ListCommand
{
    private const int LargestPage = 1000;

    private static readonly Option<string?> State =
        new Option<string?>("--state") { Description = "In any model pending or failed, or in all indexed.", HelpName = "STATE" }
        .AcceptOnlyFromAmong("pending", "indexed", "failed");

    private static readonly Option<string?> Model =
        new("--model") { Description = "Judge the state for this model only.", HelpName = "NAME" };
    private static readonly Option<string?> Tag = new("--tag") { Description = "Only pictures with this tag.", HelpName = "TAG" };

    private static readonly Option<int> Limit = new("--limit")
    {
        Description = "Pictures at most; 0: all.",
        HelpName = "N",
        DefaultValueFactory = _ => 50,
    };

    public static Command Create() =>
        new Command("list", "List the collection, newest first.") { State, Model, Tag, Limit }.WithAction(RunAsync);

    private static async Task RunAsync(CliContext cli, ParseResult parsed, CancellationToken cancellationToken)
    {
        var limit = parsed.GetValue(Limit) is > 0 and var given ? given : int.MaxValue;
        var filter = new ImageFilter
        {
            State = parsed.GetValue(State) is { } state ? Enum.Parse<ImageState>(state, ignoreCase: true) : null,
            Model = parsed.GetValue(Model),
            Tag = parsed.GetValue(Tag),
        };
        List<ImageRecord> images = [];
        await foreach (var image in cli.Client.Images.ListAsync(filter, Math.Min(limit, LargestPage), cancellationToken))
        {
            images.Add(image);
            if (images.Count == limit)
            {
                break;
            }
        }

        if (cli.Terminal.Json)
        {
            cli.Terminal.WriteJson(new ImagePage(images, null));
            return;
        }

        var table = new TextTable("Id", "Source", "Size", "Bytes", "Tags", "Added") { Numbers = ["Bytes"] };
        foreach (var image in images)
        {
            table.Add(
                image.Id.ToString(), image.Source, $"{image.Width}x{image.Height}", image.Bytes.ToString(CultureInfo.InvariantCulture),
                string.Join(',', image.Tags),
                Figures.Instant(image.AddedAt));
        }

        cli.Terminal.Write(table);
    }
}
